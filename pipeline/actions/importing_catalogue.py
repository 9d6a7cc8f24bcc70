"""Companies and products that rows of opportunities name: found, or made."""

from pipeline.actions import import_tables
from pipeline.actions.import_session import Report, Session

COMPANIES = "import_company"
PRODUCTS = "import_product"

# A company known by its identifier only has the key '#<identifier>', which no name can have: a later file of
# companies gives it its name.
FIND_COMPANIES = f"""
CREATE TEMP TABLE {COMPANIES} ON COMMIT DROP AS
SELECT d.*, coalesce(by_id.id, by_key.id) AS company_id
FROM (
    SELECT company_key, company_external_id, (array_agg(company ORDER BY row))[1] AS name, min(row) AS row,
           coalesce(nullif(company_key, ''), '#' || company_external_id) AS key
    FROM import_row WHERE company_key <> '' OR company_external_id <> '' GROUP BY 1, 2
) d
LEFT JOIN pipeline_company by_id ON by_id.organisation_id = %(organisation)s
    AND by_id.external_id = d.company_external_id AND by_id.external_id <> ''
LEFT JOIN pipeline_company by_key ON by_key.organisation_id = %(organisation)s AND by_key.key = d.key
"""

# Of one name or of one identifier, the first row's is made; the others meet it below.
MAKE_COMPANIES = f"""
INSERT INTO pipeline_company
    (id, organisation_id, name, key, external_id, industry, country, parent_name, website, vat_number)
SELECT uuidv7(), %(organisation)s, coalesce(nullif(name, ''), key), key, company_external_id, '', '', '', '', ''
FROM (SELECT DISTINCT ON (key) * FROM {COMPANIES} WHERE company_id IS NULL ORDER BY key, row) d
ORDER BY row
ON CONFLICT DO NOTHING RETURNING name
"""

MEET_COMPANIES = f"""
UPDATE {COMPANIES} d SET company_id = c.id FROM pipeline_company c
WHERE d.company_id IS NULL AND c.organisation_id = %(organisation)s AND c.{{column}} = d.{{value}} AND d.{{value}} <> ''
"""

FOLLOW_MERGES = f"""
UPDATE {COMPANIES} d SET company_id = c.merged_into_id FROM pipeline_company c
WHERE c.organisation_id = %(organisation)s AND c.id = d.company_id AND c.merged_into_id IS NOT NULL
"""

UNKNOWN_COMPANIES = """
SELECT f.row, %(column)s, 'unknown_company',
       jsonb_build_object('value', coalesce(nullif(f.company, ''), f.company_external_id))
FROM import_row f
WHERE (f.company_key <> '' OR f.company_external_id <> '')
  AND NOT EXISTS (SELECT FROM pipeline_company c WHERE c.organisation_id = %(organisation)s AND c.key = f.company_key)
  AND NOT EXISTS (SELECT FROM pipeline_company c WHERE c.organisation_id = %(organisation)s
                  AND c.external_id = f.company_external_id AND c.external_id <> '')
"""

MAKE_PRODUCTS = """
INSERT INTO pipeline_product (id, organisation_id, name, key, series)
SELECT uuidv7(), %(organisation)s, name, product_key, ''
FROM (SELECT product_key, (array_agg(product ORDER BY row))[1] AS name, min(row) AS row
      FROM import_row WHERE product_key <> '' GROUP BY 1) d
WHERE NOT EXISTS (SELECT FROM pipeline_product p WHERE p.organisation_id = %(organisation)s AND p.key = d.product_key)
ORDER BY row RETURNING name
"""

UNKNOWN_PRODUCTS = """
SELECT f.row, %(column)s, 'unknown_product', jsonb_build_object('value', f.product)
FROM import_row f
WHERE f.product_key <> ''
  AND NOT EXISTS (SELECT FROM pipeline_product p WHERE p.organisation_id = %(organisation)s AND p.key = f.product_key)
"""


def refuse_unknown(session: Session) -> None:
    """Refuse the rows whose company or product does not exist, for who does not want them created."""
    refuse_unknown_companies(session)
    import_tables.refuse(UNKNOWN_PRODUCTS, session.params | {"column": session.header("product")})


def refuse_unknown_companies(session: Session) -> None:
    company = "company" if "company" in session.fields else "company_external_id"
    import_tables.refuse(UNKNOWN_COMPANIES, session.params | {"column": session.header(company)})


def settle(session: Session, report: Report) -> None:
    """Make the companies and products that are missing, and fill the table that leads rows to their company."""
    settle_companies(session, report)
    report.creates("products", [row[0] for row in import_tables.rows(MAKE_PRODUCTS, session.params)])


def settle_companies(session: Session, report: Report) -> None:
    """Make the companies that are missing, and fill the table that leads rows to their company."""
    import_tables.execute(f"DROP TABLE IF EXISTS pg_temp.{COMPANIES}")
    import_tables.execute(FIND_COMPANIES, session.params)
    import_tables.analyse(COMPANIES)
    report.creates("companies", [row[0] for row in import_tables.rows(MAKE_COMPANIES, session.params)])
    for column, value in (("external_id", "company_external_id"), ("key", "key")):
        import_tables.execute(MEET_COMPANIES.format(column=column, value=value), session.params)
    import_tables.execute(FOLLOW_MERGES, session.params)
    import_tables.analyse(COMPANIES)
