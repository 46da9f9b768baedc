"""The tables that ``make demo`` reads, and what it says of those it cannot use."""

import warnings

import numpy as np
import pandas as pd
import pytest

N_ROWS = 60
MONTHS = pd.date_range("2015-01-01", periods=N_ROWS, freq="MS")
SALES = 100 + np.arange(N_ROWS) + np.sin(np.arange(N_ROWS))


def table(dates=MONTHS, **columns):
    return pd.DataFrame({"month": dates, "sales": SALES[: len(dates)]} | columns)


def read(demo, path, *more):
    options = ["--csv", str(path), "--target", "sales", *more]
    return demo.read_table(demo.parse_arguments(options))[0]


@pytest.mark.parametrize("sep", [",", ";", "\t"])
@pytest.mark.parametrize("decimal", [".", ","])
@pytest.mark.parametrize("name", ["month", "", "Date of sale"])
def test_separators_and_names_of_the_dates_are_found(
    demo, tmp_path, sep, decimal, name
):
    frame = table(price=SALES / 3).rename(columns={"month": name})
    frame.to_csv(tmp_path / "t.csv", sep=sep, decimal=decimal, index=False)
    given = read(demo, tmp_path / "t.csv", "--decimal", decimal)
    assert list(given) == ["sales", "price"]
    assert (given.index == MONTHS).all()
    np.testing.assert_allclose(given["sales"], SALES)


SHORT = ["%y-%m", "%m-%y", "%y/%m", "%m/%y", "%m-%Y", "%m/%Y", "%m.%Y", "%Y-%m"]


@pytest.mark.parametrize("written", SHORT)
@pytest.mark.parametrize("missing", [0, 3])
def test_months_without_a_day_are_read(demo, tmp_path, written, missing):
    dates = MONTHS.delete(range(20, 20 + missing))
    frame = table(dates).assign(month=dates.strftime(written))
    frame.to_csv(tmp_path / "t.csv", index=False)
    assert (read(demo, tmp_path / "t.csv").index == dates).all()


@pytest.mark.parametrize("n_years", [2, 3, 9])
def test_years_of_one_digit_are_read(demo, n_years):
    texts = [f"{y}-{m:02}" for y in range(1, n_years + 1) for m in range(1, 13)]
    dates = demo.read_dates(pd.Series(texts), None)
    expected = pd.date_range("2001-01-01", periods=len(texts), freq="MS")
    assert (dates == expected).all()


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "UTC"])
@pytest.mark.parametrize("write", [pd.Timestamp.isoformat, str])
def test_days_keep_their_date_whatever_their_offset(demo, zone, write):
    days = pd.date_range("2024-01-01", periods=200)
    texts = pd.Series([write(day) for day in days.tz_localize(zone)])
    assert (demo.read_dates(texts, None) == days).all()


INVALID = {
    "text as target": (table(sales="many"), [], "'sales' must contain numbers.*'many'"),
    "one odd cell": (table(sales=["?", *SALES[1:]]), [], "must contain numbers.*'[?]'"),
    "bools as target": (table(sales=SALES > 9), [], "'sales' must contain .*True"),
    "text as feature": (
        table(shop="north"),
        ["--features", "shop"],
        "'shop' must contain numbers, but it has 'north'",
    ),
    "decimal commas": (
        table(sales=[f"{n:.1f}".replace(".", ",") for n in SALES]),
        [],
        "must contain numbers, but it has '100,0'",
    ),
    "another name": (table(), ["--features", "prize"], "has no column .'prize'."),
    "no such dates": (table(), ["--date", "day"], "has no column .'day'.*'month'"),
    "dates twice": (table([*MONTHS[:-1], MONTHS[0]]), [], "has duplicates"),
    "no dates": (table(["never"] * N_ROWS), [], "cannot all be read.*--date-format"),
    "few rows": (table(), ["--time-steps", "60"], "needs at least .* 61 rows"),
    "one row": (table()[:1], [], "n_samples=1|rows"),
    "no rows": (table()[:0], [], "No row has a date"),
    "empty dates": (table([None] * N_ROWS), [], "No row has a date"),
    "only gaps": (table(sales=np.nan), [], "No row has a date and a value"),
    "infinity": (table(sales=np.inf), [], "contains infinity"),
}


@pytest.mark.parametrize("kind", INVALID)
def test_what_is_wrong_is_said_in_one_line(demo, tmp_path, kind):
    frame, options, message = INVALID[kind]
    frame.to_csv(tmp_path / "t.csv", index=False)
    arguments = ["--csv", str(tmp_path / "t.csv"), "--target", "sales", *options]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(SystemExit, match=message) as raised:
            demo.main(arguments)
    assert "\n" not in raised.value.code


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff\xfe\x00", b"sales"])
def test_a_file_that_is_no_table_is_said_in_one_line(demo, tmp_path, content):
    path = tmp_path / "t.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SystemExit) as raised:
        demo.main(["--csv", str(path), "--target", "sales"])
    assert raised.value.code
    assert "\n" not in raised.value.code
