"""Addresses of the repairs' pages; each views module lists its own."""

from django.urls import URLPattern

from repairs.views import board, bookings, figures, mine, paid, public, register, work

app_name = "repairs"

urlpatterns: list[URLPattern] = [
    *register.urls,
    *board.urls,
    *mine.urls,
    *work.urls,
    *bookings.urls,
    *paid.urls,
    *figures.urls,
    *public.urls,
]
