"""Who sees what, the operators' data, the rates, the statement's days, and series over the years."""

from chassis.auth import Role
from chassis.values.identifiers import new_id
from tests.payments.story import ADDRESS, OPCO, Case, Individual, line
from tests.support.client import ok, problem
from tests.support.service import ServiceUnderTest


def test_a_customer_sees_its_own_and_nothing_of_another(api: ServiceUnderTest) -> None:
    case, stranger = Case(api), Case(api, number="C2026-000002", file_number="A-2")
    case.to_the_fallback()
    stranger.sign()
    own = case.customer
    request = case.deposit_request()
    operator, final = case.invoice("operator_part")["number"], case.invoice("final")["number"]
    funding = ok(case.accounting.get(f"/v1/funding-requests?contract_id={case.contract_id}"))["items"][0]["id"]
    seen = (
        f"/v1/invoices/{final}",
        f"/v1/invoices/{final}.pdf",
        f"/v1/deposit-requests/{request['id']}",
        f"/v1/deposit-requests/{request['id']}/document",
        f"/v1/funding-requests/{funding}",
        f"/v1/accounts/{case.customer_id}",
    )
    for path in seen:
        assert own.get(path).status_code == 200, path
        problem(stranger.customer.get(path), 404, "not-found")
        problem(api.client(Role.CUSTOMER).get(path), 404, "not-found")
        problem(api.anonymous().get(path), 401)
    problem(own.get(f"/v1/invoices/{operator}"), 404)
    problem(own.get(f"/v1/invoices/{operator}.pdf"), 404)
    listed = ok(own.get("/v1/invoices"))["items"]
    assert {each["payer"]["kind"] for each in listed} == {"customer"}
    assert len(listed) == 3
    for path in ("/v1/invoices", "/v1/deposit-requests", "/v1/funding-requests"):
        assert all(each["customer_id"] == str(case.customer_id) for each in ok(own.get(path))["items"])
        assert ok(own.get(f"{path}?contract_id={stranger.contract_id}"))["items"] == []
    assert ok(own.get(f"/v1/invoices?customer_id={stranger.customer_id}"))["items"] == []
    for path in ("/v1/receipts", "/v1/webhook-deliveries", "/v1/invoices/verification", "/v1/opcos"):
        problem(own.get(path), 403)


def test_lists_go_on_after_their_cursor(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.to_the_fallback()
    for path, place in (("/v1/invoices", "number"), ("/v1/receipts", "id")):
        whole = [each[place] for each in ok(case.accounting.get(path))["items"]]
        page = ok(case.accounting.get(f"{path}?limit=2"))
        walked = [each[place] for each in page["items"]]
        while page["next_cursor"]:
            page = ok(case.accounting.get(f"{path}?limit=2&cursor={page['next_cursor']}"))
            walked += [each[place] for each in page["items"]]
        assert walked == whole
        problem(case.accounting.get(f"{path}?cursor=nonsense"), 422)


def test_an_operator_is_one_of_eleven(api: ServiceUnderTest) -> None:
    accounting, admin = api.client(Role.ACCOUNTING), api.client(Role.ADMIN)
    listed = ok(accounting.get("/v1/opcos"))["items"]
    assert len(listed) == 11
    assert ok(accounting.get("/v1/opcos/atlas"))["billing_address"] is None
    problem(admin.post("/v1/opcos/atlas/webhook-secrets"), 409, "opco-without-address")
    details = {**OPCO, "siret": "510 869 274 00066", "vat_number": "FR74510869274"}
    assert ok(accounting.put("/v1/opcos/atlas", json=details))["siret"] == "51086927400066"
    assert ok(accounting.put("/v1/opcos/atlas", json=OPCO))["siret"] == OPCO["siret"]
    problem(accounting.put("/v1/opcos/atlas", json={**OPCO, "siret": None}), 422)
    assert ok(accounting.get("/v1/opcos/atlas"))["billing_address"] == ADDRESS
    problem(accounting.put("/v1/opcos/nobody", json=OPCO), 404)
    problem(accounting.get("/v1/opcos/nobody"), 404)
    problem(accounting.put("/v1/opcos/atlas", json={**OPCO, "siret": "51086927400067"}), 422)
    problem(accounting.post("/v1/opcos/atlas/webhook-secrets"), 403)
    assert ok(admin.post("/v1/opcos/atlas/webhook-secrets"), 201)["secret"].startswith("whsec_")


def test_staff_add_a_half_year_once_it_has_begun(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.to_the_fallback()
    path = f"/v1/accounts/{case.customer_id}?on=2026-07-31"
    assert problem(case.accounting.get(path), 409, "reference-rate-missing")["half_year"] == "2026-H2"
    rate = {"half_year": "2026-H2", "ecb": "2.00", "legal": "2.50", "source": "as published"}
    problem(case.accounting.post("/v1/reference-rates", json=rate), 409, "reference-rate-not-known")
    api.move_to("2026-07-01")
    ok(case.accounting.post("/v1/reference-rates", json=rate), 201)
    problem(case.accounting.post("/v1/reference-rates", json=rate), 409, "reference-rate-loaded")
    known = {**rate, "half_year": "2026-H1"}
    problem(case.accounting.post("/v1/reference-rates", json=known), 409, "reference-rate-loaded")
    for wrong in ({"half_year": "2026-H3"}, {"ecb": "2.123"}, {"legal": 2.5}, {"source": ""}):
        problem(case.accounting.post("/v1/reference-rates", json={**rate, **wrong}), 422)
    # 121 days at 12.15 % and 31 at 12.00 %.
    assert ok(case.accounting.get(path))["interest"] == "34.32"
    listed = ok(case.accounting.get("/v1/reference-rates"))["items"]
    assert (listed[0]["half_year"], len(listed)) == ("2026-H2", 16)


def test_a_statement_begins_with_the_first_document(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.to_the_fallback()
    refusal = problem(case.accounting.get(f"/v1/accounts/{case.customer_id}?on=2026-01-05"), 409)
    assert refusal["first_document_on"] == "2026-01-06"
    assert case.statement("2026-01-06")["invoices"] == []
    assert case.statement("2026-01-31")["unapplied_deposits"] == "240.00"
    assert case.statement("2026-03-01")["unapplied_deposits"] == "0.00"
    problem(case.accounting.get(f"/v1/accounts/{case.customer_id}?on=2026-02-30"), 422)
    problem(case.accounting.get(f"/v1/accounts/{new_id()}"), 404)
    assert ok(case.accounting.get(f"/v1/accounts/{case.customer_id}"))["on"] == "2026-03-01"


def test_a_sole_trader_owes_interest_and_no_fee(api: ServiceUnderTest) -> None:
    case = Case(api)
    event = case.signed_event()
    event["data"]["customer"]["kind"] = "sole_trader"
    api.move_to("2026-01-06")
    api.deliver(event)
    case.pay_deposit()
    case.ask_funding()
    case.approve()
    case.complete()
    api.move_to("2026-02-20")
    case.receive("1000.00", "2026-02-20", case.file_number, "opco")
    api.move_to("2026-03-01")
    api.sweep()
    statement = case.statement("2026-05-31")
    assert (statement["open"], statement["interest"], statement["recovery_fee"]) == ("680.00", "20.60", "0.00")


def test_an_individual_owes_neither_without_a_formal_notice(api: ServiceUnderTest) -> None:
    case = Individual(api)
    case.sign()
    case.complete()
    statement = case.statement("2026-06-30")
    assert (statement["open"], statement["interest"], statement["recovery_fee"]) == ("2400.00", "0.00", "0.00")


def test_numbers_start_anew_each_year_and_the_chain_goes_on(api: ServiceUnderTest) -> None:
    case, next_year = Case(api), Case(api, number="C2027-000001")
    case.sign()
    case.pay_deposit()
    next_year.sign(on="2027-01-04")
    next_year.pay_deposit(on="2027-01-05")
    first, second = ok(case.accounting.get("/v1/invoices"))["items"]
    assert (first["number"], second["number"]) == ("F2026-000001", "F2027-000001")
    assert second["previous_sha256"] == first["sha256"]
    assert next_year.deposit_request()["number"] == "D2027-000001"


def test_a_day_that_began_before_midnight_never_dates_a_number_back(api: ServiceUnderTest) -> None:
    case, other = Case(api), Case(api, number="C2026-000002")
    case.sign()
    other.sign()
    case.pay_deposit(on="2026-01-12")
    api.move_to("2026-01-11")
    other.receive("720.00", "2026-01-11", other.deposit_request()["number"])
    assert other.invoices()[0]["issued_on"] == "2026-01-12"


def test_vat_at_two_rates_is_kept_apart_to_the_last_document(api: ServiceUnderTest) -> None:
    case = Case(api)
    case.sign(
        lines=[line("Formation", "1", "1333.33", "20", "1333.33"), line("Ouvrage", "1", "333.33", "5.5", "333.33")],
        price={"excl_tax": "1666.66", "vat": "285.00", "incl_tax": "1951.66"},
        deposit={"amount": "585.50", "callable_on": "2026-01-06", "due_on": "2026-01-21"},
    )
    api.move_to("2026-01-12")
    case.receive("585.50", "2026-01-12", case.deposit_request()["number"])
    case.ask_funding("1500.01")
    case.approve("1500.01")
    case.complete()
    api.move_to("2026-02-20")
    case.receive("700.07", "2026-02-20", case.file_number, "opco")
    api.move_to("2026-03-01")
    api.sweep()
    sums: dict[str, int] = {}
    for invoice in case.invoices():
        sign = {"380": 1, "381": -1, "386": 0}[invoice["document_type"]]
        for part in invoice["tax_by_rate"]:
            for name in ("net", "vat"):
                place = f"{name} {part['rate']}"
                sums[place] = sums.get(place, 0) + sign * int(part[name].replace(".", ""))
    assert sums == {"net 20": 133333, "vat 20": 26667, "net 5.5": 33333, "vat 5.5": 1833}
