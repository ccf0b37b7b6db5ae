from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import JavaScriptCatalog, set_language

from core.views import error_page
from premises.views.places import scan

urlpatterns = [
    path("", include("frontdesk.urls")),
    path("", include("core.urls")),
    path("p/<str:code>/", scan, name="scan"),
    path("staff/", include("staff.urls")),
    path("premises/", include("premises.urls")),
    path("rounds/", include("rounds.urls")),
    path("tenants/", include("tenants.urls")),
    path("billing/", include("billing.urls")),
    path("complaints/", include("complaints.urls")),
    path("repairs/", include("repairs.urls")),
    path("fitout/", include("fitout.urls")),
    path("login/", RedirectView.as_view(pattern_name="account_login", query_string=True), name="login"),
    path("accounts/", include("allauth.urls")),
    path("language/", login_not_required(set_language), name="set_language"),
    path("jsi18n/", login_not_required(JavaScriptCatalog.as_view()), name="jsi18n"),
    path("admin/", admin.site.urls),
]

handler400 = error_page("400.html", 400)
handler403 = error_page("403.html", 403)
handler404 = error_page("404.html", 404)
