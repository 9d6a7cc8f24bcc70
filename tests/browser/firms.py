"""The partner firms of the demo organisations, and somebody of theirs at a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.browser.door import PHONE
from tests.browser.hand import Hand
from tests.browser.house import House

# Who works for a firm alone reads the language of its organisation; Paul serves both, and reads French everywhere.
PARTNERS = {"nordalys": "paul@prospecteurs.example", "brightpath": "kim@dialco.example"}
BOTH = "paul@prospecteurs.example"


def at_the_phone(enter: Callable[..., Hand], slug: str, email: str = "", **options: Any) -> Hand:
    return enter(slug, email=email or PARTNERS[slug], size=PHONE, has_touch=True, is_mobile=True, **options)


def waiting_meeting(house: House, slug: str, *, of_the_partner: bool) -> tuple[str, str, str]:
    """A meeting that waits for the answer of the salesperson who can sign in: its id, company and engagement.

    of_the_partner: of the firm of `PARTNERS`, or of the other one.
    """
    found = house.rows(WAITING, slug, PARTNERS[slug], of_the_partner)
    meeting, company, engagement = found[0]
    return str(meeting), company, engagement


WAITING = """
SELECT m.id, m.company_name, e.name FROM prospecting_meeting m
JOIN tenants_organisation o ON o.id = m.organisation_id
JOIN prospecting_engagement e ON e.id = m.engagement_id
JOIN tenants_person host ON host.id = m.host_id
JOIN tenants_membership login ON login.id = host.membership_id
WHERE o.slug = %s AND m.state = 'held' AND login.role = 'rep' AND EXISTS (
    SELECT FROM prospecting_engagementmember em JOIN tenants_membership p ON p.id = em.membership_id
    JOIN tenants_user u ON u.id = p.user_id WHERE em.engagement_id = e.id AND u.email = %s) = %s
ORDER BY m.starts_at
"""
