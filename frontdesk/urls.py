from django.urls import path

from frontdesk import views

app_name = "frontdesk"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("help/", views.help_page, name="help"),
    path("frontdesk/waiting/", views.waiting_list, name="waiting"),
    path("frontdesk/my-tasks/", views.waiting_list, name="my_tasks"),
    path("frontdesk/drafts/", views.draft_list, name="drafts"),
    path("frontdesk/due/", views.due_list, name="due"),
    path("frontdesk/approvals/", views.approval_list, name="approvals"),
    path("frontdesk/approvals/together/", views.approve_together, name="approve_together"),
    path("frontdesk/approvals/<str:label>/<int:pk>/<slug:step>/", views.decide, name="decide"),
    path("frontdesk/stacking-plan/", views.stacking_plan, name="stacking_plan"),
    path("frontdesk/stacking-plan/units/<int:pk>/", views.stacking_unit, name="stacking_unit"),
    path("frontdesk/call/", views.call, name="call"),
    path("frontdesk/where/", views.where, name="where"),
    path("frontdesk/scan/", views.scan, name="scan"),
    path("frontdesk/buildings/", views.buildings, name="buildings"),
    path("frontdesk/setting/", views.setting, name="setting"),
    path("frontdesk/visitor-mode/", views.visitor_mode, name="visitor_mode"),
    path("frontdesk/procedures/", views.procedure_list, name="procedures"),
    path("frontdesk/procedures/<str:label>/", views.procedure, name="procedure"),
    path("frontdesk/keyboard/", views.keyboard, name="keyboard"),
]
