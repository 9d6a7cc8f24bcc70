"""Imports: the file, how it was read, what became of each row."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.models import TenantForeignKey, TenantModel


class ImportRun(TenantModel):
    class Status(models.TextChoices):
        UPLOADED = "uploaded", _("to be checked")  # columns to confirm
        CHECKED = "checked", _("checked")  # dry run done
        STARTED = "started", _("importing")
        FINISHED = "finished", _("imported")
        REFUSED = (
            "refused",
            _("refused"),
        )  # a wrong row, and the user chose to refuse the file

    class Policy(models.TextChoices):
        ALL_OR_NOTHING = "all", _("refuse the file if any row is wrong")
        GOOD_ROWS = "good", _("take the good rows")

    kind = models.CharField(_("kind of file"), max_length=20, blank=True)
    filename = models.CharField(_("file"), max_length=200)
    path = models.CharField(max_length=300)  # below the upload folder
    size = models.BigIntegerField()
    mapping = models.JSONField(default=dict)  # as in a mapping file
    policy = models.CharField(max_length=4, choices=Policy, default=Policy.GOOD_ROWS)
    create_unknown = models.BooleanField(
        _("create unknown people, teams, companies and products"), default=True
    )
    status = models.CharField(max_length=10, choices=Status, default=Status.UPLOADED)
    job_id = models.UUIDField(null=True, blank=True)
    check_report = models.JSONField(default=dict)  # counts, notes, what would be created
    report = models.JSONField(default=dict)  # counts, notes, after the import
    uploaded_by = models.UUIDField(null=True, blank=True)
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-uploaded_at"]
        indexes = [models.Index(fields=["organisation", "-uploaded_at"], name="import_run_list")]

    def __str__(self) -> str:
        return self.filename


class RefusedRow(TenantModel):
    """A row that was not taken, with every reason; downloadable."""

    import_run = TenantForeignKey(ImportRun, on_delete=models.CASCADE, related_name="refused_rows")
    row = models.PositiveIntegerField()  # as a spreadsheet counts: the header is row 1
    column = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    cells = models.JSONField(default=list)  # the row as it was in the file

    class Meta:
        ordering = ["row"]
        indexes = [models.Index(fields=["organisation", "import_run", "row"], name="refused_row_list")]

    def __str__(self) -> str:
        return f"{self.row}: {self.code}"
