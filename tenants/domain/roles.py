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


_P = Permission

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.DIRECTOR: frozenset(_P),
    Role.ADMINISTRATOR: frozenset(
        {_P.ENTER, _P.IMPORT_DATA, _P.MANAGE_PEOPLE, _P.MANAGE_ORGANISATION, _P.VIEW_RUNS, _P.RECOMPUTE}
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
        }
    ),
    Role.REP: frozenset({_P.ENTER, _P.VIEW_OWN, _P.TYPE_PROGRESS, _P.ANSWER_PROPOSALS, _P.PROPOSE_REVISIONS}),
    Role.MARKETING: frozenset({_P.ENTER, _P.VIEW_TEAM}),
    Role.ADVISER: frozenset({_P.ENTER, _P.VIEW_COMPANY, _P.VIEW_TEAM, _P.VIEW_OWN, _P.VIEW_RUNS}),
    Role.PARTNER: frozenset({_P.ENTER}),
}

# Where each role lands after sign-in (URL names; config wires them).
HOME: dict[Role, str] = {
    Role.DIRECTOR: "reporting:director",
    Role.ADMINISTRATOR: "tenants:members",
    Role.MANAGER: "reporting:manager",
    Role.REP: "reporting:rep",
    Role.MARKETING: "reporting:manager",
    Role.ADVISER: "reporting:director",
    Role.PARTNER: "tenants:welcome",
}


def allows(role: Role, permission: Permission) -> bool:
    return permission in ROLE_PERMISSIONS[role]
