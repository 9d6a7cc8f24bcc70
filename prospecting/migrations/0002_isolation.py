"""Policies and keys of the new tables, what a partner sees of them, and what never changes once it was said."""

from django.db import migrations

from tenants.migration_operations import PARTNER, TenantForeignKeys, TenantTable, Window

# Of what a partner works on. Each names a table that has a window of its own: what is seen there is seen here.
OWN = f"IN (SELECT engagement_id FROM prospecting_engagementmember WHERE membership_id = {PARTNER})"
OWN_MEETING = "meeting_id IN (SELECT id FROM prospecting_meeting)"
NOBODY = "false"

# prospecting.domain.meetings.MOVES; a test compares the two.
MEETING_MOVES = """
CREATE FUNCTION keep_meeting_legal() RETURNS trigger LANGUAGE plpgsql AS $$
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
        ('disputed', 'accepted_final'), ('disputed', 'refused_final')
    ) THEN
        RAISE EXCEPTION 'a meeting that is % cannot become %', OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.engagement_id, NEW.definition_version_id, NEW.price_minor, NEW.answer_days)
       IS DISTINCT FROM (OLD.engagement_id, OLD.definition_version_id, OLD.price_minor, OLD.answer_days) THEN
        RAISE EXCEPTION 'a meeting keeps the definition and the price of its booking'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER legal_moves BEFORE INSERT OR UPDATE ON prospecting_meeting
    FOR EACH ROW EXECUTE FUNCTION keep_meeting_legal();
"""

DEFINITION_KEPT = """
CREATE FUNCTION keep_agreed_definition() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    superseding CONSTANT text[] := '{state,superseded_at,version}';
BEGIN
    IF OLD.state NOT IN ('accepted', 'superseded') THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state = 'accepted' AND NEW.state = 'superseded'
       AND to_jsonb(NEW) - superseding = to_jsonb(OLD) - superseding THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a definition that both sides accepted does not change' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER kept_once_agreed BEFORE UPDATE OR DELETE ON prospecting_definitionversion
    FOR EACH ROW EXECUTE FUNCTION keep_agreed_definition();

CREATE FUNCTION keep_agreed_criterion() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    line prospecting_criterion := CASE TG_OP WHEN 'INSERT' THEN NEW ELSE OLD END;
BEGIN
    IF EXISTS (
        SELECT FROM prospecting_definitionversion v
        WHERE v.organisation_id = line.organisation_id AND v.id = line.definition_version_id
          AND v.state IN ('accepted', 'superseded')
    ) THEN
        RAISE EXCEPTION 'a definition that both sides accepted does not change' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER kept_once_agreed BEFORE INSERT OR UPDATE OR DELETE ON prospecting_criterion
    FOR EACH ROW EXECUTE FUNCTION keep_agreed_criterion();
"""

UNDO = """
DROP TRIGGER kept_once_agreed ON prospecting_criterion;
DROP TRIGGER kept_once_agreed ON prospecting_definitionversion;
DROP TRIGGER legal_moves ON prospecting_meeting;
DROP FUNCTION keep_agreed_criterion();
DROP FUNCTION keep_agreed_definition();
DROP FUNCTION keep_meeting_legal();
"""

TABLES = (
    *("Partner", "Engagement", "EngagementMember", "Price", "Segment", "Maturity", "CompanyTarget"),
    *("DoNotContact", "Contact", "Lead", "Merge", "Activity", "Cost", "Definition", "DefinitionVersion"),
    *("Criterion", "Availability", "BusyTime", "CalendarFeed", "Meeting", "MeetingEvidence"),
)
APPENDED = ("MeetingEvent", "Disclosure")


class Migration(migrations.Migration):
    dependencies = [("prospecting", "0001_initial")]

    operations = [
        *(TenantTable(name) for name in TABLES),
        *(TenantTable(name, append_only=True) for name in APPENDED),
        *(TenantForeignKeys(name) for name in (*TABLES, *APPENDED)),
        Window("EngagementMember", sees=f"membership_id = {PARTNER}", writes=NOBODY),
        Window("Engagement", sees=f"id {OWN}", writes=NOBODY),
        Window("Partner", sees="id IN (SELECT partner_id FROM prospecting_engagement)", writes=NOBODY),
        Window("Price", sees=f"engagement_id {OWN}", writes=NOBODY),
        Window(
            "Segment",
            sees="id IN (SELECT unnest(segments) FROM prospecting_engagement)",
            writes=NOBODY,
        ),
        Window("Maturity", sees=f"{PARTNER} IS NOT NULL", writes=NOBODY),
        Window("Contact", sees=f"engagement_id {OWN}"),
        Window("Activity", sees=f"engagement_id {OWN}"),
        Window("Definition", sees=f"engagement_id {OWN}", writes=NOBODY),
        Window(
            "DefinitionVersion",
            sees="definition_id IN (SELECT id FROM prospecting_definition)"
            " AND (state <> 'draft' OR proposed_side = 'source')",
        ),
        Window("Criterion", sees="definition_version_id IN (SELECT id FROM prospecting_definitionversion)"),
        Window("Availability", sees=f"for_partners AND {PARTNER} IS NOT NULL", writes=NOBODY),
        Window("Meeting", sees=f"engagement_id {OWN}"),
        Window("MeetingEvent", sees=OWN_MEETING),
        Window("MeetingEvidence", sees=OWN_MEETING),
        Window("Disclosure", sees=NOBODY, writes=f"membership_id = {PARTNER}"),
        migrations.RunSQL(MEETING_MOVES + DEFINITION_KEPT, UNDO),
    ]
