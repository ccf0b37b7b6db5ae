"""Addresses of the repairs' pages; each views module lists its own."""

from django.urls import URLPattern

from repairs.views import bookings, figures, paid, public, register, work

app_name = "repairs"

urlpatterns: list[URLPattern] = [*register.urls, *work.urls, *bookings.urls, *paid.urls, *figures.urls, *public.urls]
