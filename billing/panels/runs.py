"""Bill runs as the product knows them."""

from django.utils.translation import gettext_lazy as _

from billing import access
from billing.flow import RUN_FLOW
from billing.models import BillRun
from core import health, kinds, notices
from core.search import SearchWords

notices.name_topic("billing.runs", _("Bill runs"))


def run_words(run: BillRun) -> SearchWords:
    return SearchWords(title=f"{run.building} {run.month:%Y-%m}", number=run.number)


kinds.register(
    BillRun,
    rows=access.bill_runs,
    title=_("Bill run"),
    icon="receipt",
    url="billing:bill_run_detail",
    flow=RUN_FLOW,
    search=run_words,
)
health.report("books", lambda: health.kept("books"))
