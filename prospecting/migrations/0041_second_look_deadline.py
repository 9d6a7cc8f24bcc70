"""A dispute has a last day: without a second look until then, the meeting counts as accepted."""

import django.contrib.postgres.constraints
from django.db import migrations, models

import prospecting.domain.meetings
import prospecting.models.meetings

# prospecting.domain.meetings.MOVES; a test compares the two. Two terms more that stay, and a deadline that nobody puts off.
MEETING_MOVES = """
CREATE OR REPLACE FUNCTION keep_meeting_legal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'booked' THEN
            RAISE EXCEPTION 'a meeting begins as booked' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('booked', 'held'), ('booked', 'guest_no_show'), ('booked', 'host_no_show'), ('booked', 'cancelled'),
        ('booked', 'rescheduled'), ('guest_no_show', 'booked'), ('host_no_show', 'booked'),
        ('guest_no_show', 'rescheduled'), ('host_no_show', 'rescheduled'),
        ('held', 'accepted'), ('held', 'refused'), ('held', 'tacit'),
        ('refused', 'disputed'), ('tacit', 'disputed'),
        ('disputed', 'accepted_final'), ('disputed', 'refused_final'), ('disputed', 'tacit_final')
    ) THEN
        RAISE EXCEPTION 'a meeting that is % cannot become %', OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.engagement_id, NEW.definition_version_id, NEW.price_minor, NEW.answer_days, NEW.second_look_days)
       IS DISTINCT FROM
       (OLD.engagement_id, OLD.definition_version_id, OLD.price_minor, OLD.answer_days, OLD.second_look_days) THEN
        RAISE EXCEPTION 'a meeting keeps the definition and the price of its booking'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state = 'disputed' AND NEW.second_look_due_on IS DISTINCT FROM OLD.second_look_due_on THEN
        RAISE EXCEPTION 'the last day for a second look stays' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""
# What is disputed already gets a week from now: the rule is new to both sides. The owner of the table sees every
# organisation only while row-level security is not forced on it; nothing else runs before the end of this transaction.
DATE_OPEN_DISPUTES = """
ALTER TABLE prospecting_meeting NO FORCE ROW LEVEL SECURITY;
UPDATE prospecting_meeting SET second_look_due_on = CURRENT_DATE + 7 WHERE state = 'disputed';
ALTER TABLE prospecting_meeting FORCE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("pipeline", "0006_company_targets"),
        ("prospecting", "0040_engagement_invitations"),
        ("tenants", "0007_idempotency"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="meeting",
            name="host_met_once_at_a_time",
        ),
        migrations.RemoveConstraint(
            model_name="meeting",
            name="meeting_acceptance_dated",
        ),
        migrations.AddField(
            model_name="engagement",
            name="second_look_days",
            field=models.PositiveSmallIntegerField(
                db_default=5, default=5, verbose_name="second looks are given within (working days)"
            ),
        ),
        migrations.AddField(
            model_name="meeting",
            name="second_look_days",
            field=models.PositiveSmallIntegerField(db_default=5, default=5),
        ),
        migrations.AddField(
            model_name="meeting",
            name="second_look_due_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="meeting",
            name="state",
            field=models.CharField(
                choices=[
                    ("booked", "booked"),
                    ("cancelled", "cancelled"),
                    ("rescheduled", "moved"),
                    ("guest_no_show", "the guest did not come"),
                    ("host_no_show", "the host did not come"),
                    ("held", "held, waiting for the answer"),
                    ("accepted", "accepted"),
                    ("tacit", "accepted tacitly"),
                    ("refused", "not qualified"),
                    ("disputed", "disputed"),
                    ("accepted_final", "accepted after a second look"),
                    ("refused_final", "not qualified after a second look"),
                    ("tacit_final", "accepted, without the second look"),
                ],
                default="booked",
                max_length=16,
            ),
        ),
        migrations.RunSQL(DATE_OPEN_DISPUTES, migrations.RunSQL.noop),
        migrations.RunSQL(MEETING_MOVES),
        migrations.AddConstraint(
            model_name="engagement",
            constraint=models.CheckConstraint(
                condition=models.Q(("second_look_days__gte", 1), ("second_look_days__lte", 30)),
                name="engagement_second_look_days",
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            prospecting.domain.meetings.State["ACCEPTED"],
                            prospecting.domain.meetings.State["ACCEPTED_FINAL"],
                            prospecting.domain.meetings.State["BOOKED"],
                            prospecting.domain.meetings.State["DISPUTED"],
                            prospecting.domain.meetings.State["HELD"],
                            prospecting.domain.meetings.State["REFUSED"],
                            prospecting.domain.meetings.State["REFUSED_FINAL"],
                            prospecting.domain.meetings.State["TACIT"],
                            prospecting.domain.meetings.State["TACIT_FINAL"],
                        ],
                    )
                ),
                expressions=[
                    ("organisation", "="),
                    ("host", "="),
                    (prospecting.models.meetings.TimeRange("starts_at", "busy_until"), "&&"),
                ],
                name="host_met_once_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("accepted_on__isnull", False),
                        (
                            "state__in",
                            [
                                prospecting.domain.meetings.State["ACCEPTED"],
                                prospecting.domain.meetings.State["ACCEPTED_FINAL"],
                                prospecting.domain.meetings.State["TACIT"],
                                prospecting.domain.meetings.State["TACIT_FINAL"],
                            ],
                        ),
                    ),
                    models.Q(
                        models.Q(
                            (
                                "state__in",
                                [
                                    prospecting.domain.meetings.State["ACCEPTED"],
                                    prospecting.domain.meetings.State["ACCEPTED_FINAL"],
                                    prospecting.domain.meetings.State["TACIT"],
                                    prospecting.domain.meetings.State["TACIT_FINAL"],
                                ],
                            ),
                            _negated=True,
                        ),
                        ("accepted_on__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="meeting_acceptance_dated",
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["disputed", "tacit_final"]), _negated=True),
                    ("second_look_due_on__isnull", False),
                    _connector="OR",
                ),
                name="meeting_second_look_is_dated",
            ),
        ),
        migrations.AddConstraint(
            model_name="meeting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "tacit_final"), _negated=True),
                    ("accepted_on", models.F("second_look_due_on")),
                    _connector="OR",
                ),
                name="meeting_expires_on_its_day",
            ),
        ),
    ]
