from django.contrib.auth.models import AnonymousUser, User


def sees(user: User | AnonymousUser, table: str) -> bool:
    """As Django's own pages decide it: who may view, or change, sees. `table`: `app.model`."""
    app, model = table.split(".")
    return user.has_perm(f"{app}.view_{model}") or user.has_perm(f"{app}.change_{model}")
