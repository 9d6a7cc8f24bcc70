"""Who may do what inside an organisation. Declarative: one table, read by views, actions and tests."""

from enum import StrEnum


class Role(StrEnum):
    DIRECTOR = "director"
    MANAGER = "manager"
    REP = "rep"
    MARKETING = "marketing"
    PARTNER = "partner"
    ADVISER = "adviser"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """Each value is one thing a person can do; a view or action names exactly one."""

    ENTER = "enter"  # open the organisation at all: home, own preferences, definitions
    VIEW_COMPANY = "view_company"  # director page, objective tree, every team
    VIEW_TEAM = "view_team"  # manager page
    VIEW_OWN = "view_own"  # rep page
    SET_OBJECTIVES = "set_objectives"
    PROPOSE_REVISIONS = "propose_revisions"  # of what one answers for; the director decides
    PROPOSE_SHARES = "propose_shares"  # the director to everybody, a manager to the own people
    ANSWER_PROPOSALS = "answer_proposals"  # about what one carries; the director for people without a login
    IMPORT_DATA = "import_data"
    MANAGE_PEOPLE = "manage_people"  # members, invitations, teams, salespeople
    MANAGE_ORGANISATION = "manage_organisation"  # settings, stages, API keys, audit
    VIEW_RUNS = "view_runs"
    RECOMPUTE = "recompute"
    SHARE_CREDIT = "share_credit"  # of the deals of own teams; of all of them for who sees the company
    TYPE_PROGRESS = "type_progress"  # own objectives, those of own teams; all of them for a director
    VIEW_PROSPECTS = "view_prospects"  # companies, contacts, activities, meetings
    SET_TARGETS = "set_targets"  # segments, profiles, maturity, do-not-contact
    LOG_ACTIVITIES = "log_activities"
    VIEW_MEETINGS = "view_meetings"  # own ones, of own teams, all, of own engagements; and what a good one is
    BOOK_MEETINGS = "book_meetings"  # and say how they went
    OFFER_SLOTS = "offer_slots"  # own hours and calendar
    WORD_DEFINITIONS = "word_definitions"  # write and answer definitions of a good meeting, each side its own
    JUDGE_MEETINGS = "judge_meetings"  # accept or not; a salesperson the own ones
    DEFINE_MEETINGS = "define_meetings"  # what both sides call a good one, for the client's side
    MANAGE_PARTNERS = "manage_partners"  # firms, engagements, prices
    VIEW_PARTNERS = "view_partners"
    WORK_AS_PARTNER = "work_as_partner"  # the partner's home; only own engagements
    PASS_LEADS = "pass_leads"
    ANSWER_LEADS = "answer_leads"
    VIEW_CHAIN = "view_chain"  # the chain of value
    SET_COSTS = "set_costs"
    STEER_LEVERS = "steer_levers"  # keep scenarios, write and close lever actions; a manager of the own teams
    HANDLE_PERSONAL_DATA = "handle_personal_data"  # export, merge, erase a person


_P = Permission

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.DIRECTOR: frozenset(_P) - {_P.WORK_AS_PARTNER},
    Role.ADMINISTRATOR: frozenset(
        {
            *{_P.ENTER, _P.IMPORT_DATA, _P.MANAGE_PEOPLE, _P.MANAGE_ORGANISATION, _P.VIEW_RUNS, _P.RECOMPUTE},
            *{_P.MANAGE_PARTNERS, _P.VIEW_PARTNERS, _P.SET_COSTS, _P.HANDLE_PERSONAL_DATA},
        }
    ),
    Role.MANAGER: frozenset(
        {
            *{_P.ENTER, _P.VIEW_TEAM, _P.VIEW_OWN, _P.VIEW_RUNS, _P.RECOMPUTE},
            *{
                _P.SHARE_CREDIT,
                _P.TYPE_PROGRESS,
                _P.PROPOSE_SHARES,
                _P.ANSWER_PROPOSALS,
                _P.PROPOSE_REVISIONS,
            },
            *{_P.VIEW_PROSPECTS, _P.SET_TARGETS, _P.LOG_ACTIVITIES, _P.BOOK_MEETINGS, _P.JUDGE_MEETINGS},
            *{_P.DEFINE_MEETINGS, _P.VIEW_PARTNERS, _P.ANSWER_LEADS, _P.VIEW_CHAIN},
            *{_P.VIEW_MEETINGS, _P.OFFER_SLOTS, _P.WORD_DEFINITIONS, _P.STEER_LEVERS},
        }
    ),
    Role.REP: frozenset(
        {
            *{_P.ENTER, _P.VIEW_OWN, _P.TYPE_PROGRESS, _P.ANSWER_PROPOSALS, _P.PROPOSE_REVISIONS},
            *{_P.VIEW_PROSPECTS, _P.LOG_ACTIVITIES, _P.BOOK_MEETINGS, _P.JUDGE_MEETINGS},
            *{_P.ANSWER_LEADS, _P.VIEW_CHAIN, _P.VIEW_MEETINGS, _P.OFFER_SLOTS},
        }
    ),
    Role.MARKETING: frozenset(
        {
            *{_P.ENTER, _P.VIEW_TEAM, _P.VIEW_PROSPECTS, _P.SET_TARGETS, _P.LOG_ACTIVITIES, _P.PASS_LEADS},
            *{_P.VIEW_PARTNERS, _P.VIEW_CHAIN, _P.HANDLE_PERSONAL_DATA, _P.VIEW_MEETINGS},
        }
    ),
    Role.ADVISER: frozenset(
        {
            *{_P.ENTER, _P.VIEW_COMPANY, _P.VIEW_TEAM, _P.VIEW_OWN, _P.VIEW_RUNS},
            *{_P.VIEW_PARTNERS, _P.VIEW_CHAIN},
        }
    ),
    Role.PARTNER: frozenset(
        {
            *{_P.ENTER, _P.WORK_AS_PARTNER, _P.LOG_ACTIVITIES, _P.BOOK_MEETINGS},
            *{_P.VIEW_MEETINGS, _P.WORD_DEFINITIONS},
        }
    ),
}

# Where each role lands after sign-in (URL names; config wires them).
HOME: dict[Role, str] = {
    Role.DIRECTOR: "reporting:director",
    Role.ADMINISTRATOR: "tenants:members",
    Role.MANAGER: "reporting:manager",
    Role.REP: "reporting:rep",
    Role.MARKETING: "reporting:chain",
    Role.ADVISER: "reporting:director",
    Role.PARTNER: "prospecting:partner_home",
}


def allows(role: Role, permission: Permission) -> bool:
    return permission in ROLE_PERMISSIONS[role]
