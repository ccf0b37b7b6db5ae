"""The same table as a plain Django project would show it: login, list with search, page, form. What the product is weighed against."""
