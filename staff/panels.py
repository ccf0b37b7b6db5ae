"""What `core` and the other apps learn of people."""

from core import kinds
from staff import access

kinds.set_territories(access.territories)
