"""Pages about targets, companies, people and leads."""

from __future__ import annotations

from tests.isolation.routes.route import Id, Route, Values, version

RULE: Values = {"rule-0-field": "industry", "rule-0-operator": "in", "rule-0-value": "Retail"}


ROUTES: dict[str, Route] = {
    "prospecting:targets": Route(),
    "prospecting:segment_create": Route(query={"kind": "profile"}, post={"name": "New", **RULE}),
    "prospecting:segment": Route(
        kwargs={"segment": Id("prospecting.Segment")},
        post={"name": "New", "version": version("prospecting.Segment"), **RULE},
    ),
    "prospecting:segment_count": Route(get=None, post=RULE, posted=200),
    "prospecting:segment_move": Route(
        kwargs={"segment": Id("prospecting.Segment")}, get=None, post={"to": "up"}
    ),
    "prospecting:segment_switch": Route(kwargs={"segment": Id("prospecting.Segment")}, get=None, post={}),
    "prospecting:maturities": Route(post={"name": "Newer"}),
    "prospecting:maturity_rename": Route(
        kwargs={"maturity": Id("prospecting.Maturity")}, get=None, post={"name": "Renamed"}
    ),
    "prospecting:maturity_move": Route(
        kwargs={"maturity": Id("prospecting.Maturity")}, get=None, post={"to": "up"}
    ),
    "prospecting:maturity_delete": Route(kwargs={"maturity": Id("prospecting.Maturity")}, get=None, post={}),
    "prospecting:do_not_contact": Route(post={"who": "new.example", "reason": "x"}),
    "prospecting:do_not_contact_paste": Route(get=None, post={"text": "new.example", "reason": "x"}),
    "prospecting:do_not_contact_remove": Route(
        kwargs={"entry": Id("prospecting.DoNotContact")}, get=None, post={}
    ),
    "prospecting:duplicates": Route(),
    "prospecting:company_merge": Route(
        get=None,
        post={"first": Id("pipeline.Company"), "second": Id("pipeline.Company"), "keep": "both"},
    ),
    "prospecting:company_merge_undo": Route(kwargs={"merge": Id("prospecting.Merge")}, get=None, post={}),
    "prospecting:companies": Route(
        query={"q": "quagg", "segment": Id("prospecting.Segment"), "profile": Id("prospecting.Segment")}
    ),
    "prospecting:company_create": Route(post={"name": "New"}),
    "prospecting:company_standing": Route(query={"name": "quagg", "website": "new.example"}),
    "prospecting:company": Route(kwargs={"company": Id("pipeline.Company")}),
    "prospecting:company_edit": Route(kwargs={"company": Id("pipeline.Company")}, post={"name": "Renamed"}),
    "prospecting:company_bar": Route(
        kwargs={"company": Id("pipeline.Company")}, get=None, post={"reason": "x"}
    ),
    "prospecting:contact_create": Route(
        kwargs={"company": Id("pipeline.Company")},
        post={
            **{"name": "New", "basis": "interest", "collected_on": "2026-02-10"},
            "maturity": Id("prospecting.Maturity"),
        },
        posted=422,  # the world's company must not be contacted
    ),
    "prospecting:contact": Route(
        kwargs={"contact": Id("prospecting.Contact")},
        post={
            **{"name": "New", "basis": "interest", "collected_on": "2026-02-10"},
            "maturity": Id("prospecting.Maturity"),
        },
    ),
    "prospecting:personal_data": Route(query={"q": "quagg"}),
    "prospecting:duplicate_people": Route(),
    "prospecting:contact_merge": Route(
        get=None,
        post={"first": Id("prospecting.Contact"), "second": Id("prospecting.Contact"), "keep": "both"},
    ),
    "prospecting:contact_merge_undo": Route(
        kwargs={"merge": Id("prospecting.Merge")}, get=None, post={}, posted=404
    ),  # the world's merge is one of companies
    "prospecting:person_data": Route(kwargs={"contact": Id("prospecting.Contact")}),
    "prospecting:person_export": Route(kwargs={"contact": Id("prospecting.Contact")}),
    "prospecting:person_erase": Route(kwargs={"contact": Id("prospecting.Contact")}, get=None, post={}),
    # Leads
    "prospecting:leads": Route(query={"answered": "1"}),
    "prospecting:lead_pass": Route(
        post={"company_name": "Newcomer", "channel": "inbound", "owner": Id("tenants.Person")}
    ),
    "prospecting:lead_paste": Route(post={"lines": "Newcomer; inbound; ; 1"}),
    "prospecting:lead": Route(
        kwargs={"lead": Id("prospecting.Lead")},
        post={"answer": "accept", "reason": ""},
        posted=(302, 403),  # somebody else's lead is theirs to answer
    ),
}
