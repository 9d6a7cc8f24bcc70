"""Addresses of targets, companies, people and their personal data."""

from django.urls import path

from prospecting.views import companies, contacts, duplicates, target_lists, targets

target_patterns = [
    path("targets/", targets.targets, name="targets"),
    path("targets/new/", targets.segment_create, name="segment_create"),
    path("targets/count/", targets.segment_count, name="segment_count"),
    path("targets/maturity/", target_lists.maturities, name="maturities"),
    path("targets/maturity/<uuid:maturity>/", target_lists.maturity_rename, name="maturity_rename"),
    path("targets/maturity/<uuid:maturity>/move/", target_lists.maturity_move, name="maturity_move"),
    path("targets/maturity/<uuid:maturity>/delete/", target_lists.maturity_delete, name="maturity_delete"),
    path("targets/do-not-contact/", target_lists.do_not_contact, name="do_not_contact"),
    path("targets/do-not-contact/paste/", target_lists.do_not_contact_paste, name="do_not_contact_paste"),
    path(
        "targets/do-not-contact/<uuid:entry>/remove/",
        target_lists.do_not_contact_remove,
        name="do_not_contact_remove",
    ),
    path("targets/duplicates/", duplicates.duplicates, name="duplicates"),
    path("targets/duplicates/settle/", duplicates.company_merge, name="company_merge"),
    path("targets/duplicates/<uuid:merge>/undo/", duplicates.company_merge_undo, name="company_merge_undo"),
    path("targets/<uuid:segment>/", targets.segment, name="segment"),
    path("targets/<uuid:segment>/move/", targets.segment_move, name="segment_move"),
    path("targets/<uuid:segment>/switch/", targets.segment_switch, name="segment_switch"),
]

company_patterns = [
    path("companies/", companies.company_list, name="companies"),
    path("companies/new/", companies.company_create, name="company_create"),
    path("companies/standing/", companies.company_standing, name="company_standing"),
    path("companies/<uuid:company>/", companies.company, name="company"),
    path("companies/<uuid:company>/edit/", companies.company_edit, name="company_edit"),
    path("companies/<uuid:company>/do-not-contact/", companies.company_bar, name="company_bar"),
    path("companies/<uuid:company>/people/new/", contacts.contact_create, name="contact_create"),
    path("companies/people/<uuid:contact>/", contacts.contact, name="contact"),
]

personal_data_patterns = [
    path("personal-data/", contacts.personal_data, name="personal_data"),
    path("personal-data/duplicates/", duplicates.duplicate_people, name="duplicate_people"),
    path("personal-data/duplicates/settle/", duplicates.contact_merge, name="contact_merge"),
    path(
        "personal-data/duplicates/<uuid:merge>/undo/",
        duplicates.contact_merge_undo,
        name="contact_merge_undo",
    ),
    path("personal-data/<uuid:contact>/", contacts.person_data, name="person_data"),
    path("personal-data/<uuid:contact>/person.json", contacts.person_export, name="person_export"),
    path("personal-data/<uuid:contact>/erase/", contacts.person_erase, name="person_erase"),
]

patterns = [*target_patterns, *company_patterns, *personal_data_patterns]
