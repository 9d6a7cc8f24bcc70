"""The statements of objectives.queries.negotiations that pages make at each look."""

# On every page of a review.
COUNTERED = """
SELECT n.objective_id FROM objectives_negotiation n
JOIN objectives_objective o ON o.organisation_id = %(org)s AND o.id = n.objective_id
WHERE n.organisation_id = %(org)s AND n.state = %(state)s AND o.cycle_id = %(cycle)s
"""
# On the morning pages of managers and salespeople.
ABOUT = """
SELECT n.id FROM objectives_negotiation n
JOIN objectives_objective o ON o.organisation_id = %(org)s AND o.id = n.objective_id
JOIN objectives_cycle c ON c.organisation_id = %(org)s AND c.id = o.cycle_id
LEFT JOIN objectives_objective p ON p.organisation_id = %(org)s AND p.id = o.parent_id
WHERE n.organisation_id = %(org)s AND c.end_on > %(day)s AND {about}
"""
MANAGED = """
SELECT t.id, t.parent_id, p.membership_id FROM tenants_team t
LEFT JOIN tenants_person p ON p.organisation_id = t.organisation_id AND p.id = t.manager_id
WHERE t.organisation_id = %(org)s
"""
