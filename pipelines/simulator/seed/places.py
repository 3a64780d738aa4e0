"""Where the simulated provider has data centres. Data only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """One location: the name in orders (`EU: Rotterdam`), and the country with its id in `countries`."""

    id: int
    city: str
    short: str
    region: str
    country: str
    code: str
    latitude: float
    longitude: float

    @property
    def name(self) -> str:
        """The name that orders use."""
        return f"{self.region}: {self.city}"


PLACES = (
    Place(6, "Rotterdam", "nlrtm1", "EU", "Netherlands", "NL", 51.9, 4.5),
    Place(7, "Amsterdam", "nlams1", "EU", "Netherlands", "NL", 52.4, 4.9),
    Place(12, "Frankfurt", "defra1", "EU", "Germany", "DE", 50.1, 8.7),
    Place(21, "Los Angeles", "uslax1", "US", "United States", "US", 34.0, -118.2),
    Place(22, "Ashburn", "usqas1", "US", "United States", "US", 39.0, -77.5),
    Place(31, "Tokyo", "jptyo1", "AS", "Japan", "JP", 35.7, 139.7),
)
CONTINENTS = {"EU": (1, "Europe"), "US": (2, "North America"), "AS": (3, "Asia")}
EUR, USD, YEN = 0, 1, 9
CURRENCIES = {EUR: ("Euro", "€", 2, 1.0), USD: ("US Dollar", "$", 2, 0.92), YEN: ("YEN", "¥", 0, 0.0061)}


def place_of(position: int) -> Place:
    """The location of the n-th service."""
    return PLACES[position % len(PLACES)]
