from django.urls import path

from staff import views

app_name = "staff"
WEEK = "rosters/<slug:department>/<int:territory>/<slug:week>/"
urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("people/", views.person_list, name="person_list"),
    path("people/picker/", views.person_picker, name="person_picker"),
    path("people/<int:pk>/", views.person_detail, name="person_detail"),
    path("departments/", views.organisation, name="department_list"),
    path("covers/", views.cover_list, name="cover_list"),
    path("covers/new/", views.cover_new, name="cover_new"),
    path("covers/<int:pk>/", views.cover_detail, name="cover_detail"),
    path("covers/<int:pk>/end/", views.cover_end, name="cover_end"),
    path("rosters/", views.roster_list, name="roster_list"),
    path(WEEK, views.roster_week, name="roster_week"),
    path(f"{WEEK}plan/", views.roster_plan, name="roster_plan"),
    path(f"{WEEK}copy/", views.roster_copy, name="roster_copy"),
    path(f"{WEEK}print/", views.roster_print, name="roster_print"),
]
