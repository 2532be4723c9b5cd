"""What a container of the rendered manifests finds in its environment, with secrets made up."""

from tests.deploy.manifests import Manifest, Workload, of_kind

# What the cluster would hold; the README says how each is made.
SECRETS = {
    ("smtp", "url"): "smtps://user:word@mail.example.net:465",
    ("sandbox-clients", "clients"): '{"catalog": "word"}',
    **{(f"{name}-client", "secret"): "word" for name in ("catalog", "contracts", "payments", "gdpr")},
    **{(f"{name}-database", "password"): "word" for name in ("catalog", "contracts", "payments", "gdpr")},
}
# psycopg reads these by itself.
LIBPQ = {"PGUSER", "PGPASSWORD", "PGSSLMODE", "PGSSLROOTCERT"}


def environment(workload: Workload, objects: list[Manifest]) -> dict[str, str]:
    """What its main container is given."""
    maps = {item["metadata"]["name"]: item["data"] for item in of_kind(objects, "ConfigMap")}
    (container,) = workload.pod["containers"]
    found: dict[str, str] = {}
    for source in container.get("envFrom", ()):
        found |= maps[source["configMapRef"]["name"]]
    for item in container.get("env", ()):
        reference = item.get("valueFrom", {}).get("secretKeyRef")
        found[item["name"]] = SECRETS[reference["name"], reference["key"]] if reference else item["value"]
    return found
