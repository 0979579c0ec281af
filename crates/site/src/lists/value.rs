//! What is known of a thing in a list, and how it is written in each format.

use jiff::Timestamp;
use jiff::civil::Date;
use model::value::Partial;
use serde_json::{Value as Json, json};
use store::read::Actor;
use store::read::besluit::{Stem, Uitslag};
use store::read::lists::Lid;

use crate::chart::VoteBar;
use crate::format;

/// A column: one thing that is known of each item of a list.
pub(crate) struct Column {
    /// Its name in JSON and CSV.
    pub(crate) name: &'static str,
    /// Where it stands on the page.
    pub(crate) place: Place,
    /// What is said before the value on the page and in feeds.
    pub(crate) prefix: &'static str,
}

/// Where a column stands on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Before the title: a time.
    Lead,
    /// In the line of facts below the title, unless the items stand under headings that say it.
    Heading,
    /// In the line of facts below the title.
    Fact,
    /// As a line of its own below the title.
    Line,
    /// Beside the title: how it stands.
    Status,
    /// Nowhere: it is in JSON and CSV, and on the page something else says the same.
    Data,
}

impl Column {
    pub(crate) const fn heading(name: &'static str) -> Self {
        Self { name, place: Place::Heading, prefix: "" }
    }

    pub(crate) const fn fact(name: &'static str) -> Self {
        Self { name, place: Place::Fact, prefix: "" }
    }

    pub(crate) const fn lead(name: &'static str) -> Self {
        Self { name, place: Place::Lead, prefix: "" }
    }

    pub(crate) const fn line(name: &'static str) -> Self {
        Self { name, place: Place::Line, prefix: "" }
    }

    pub(crate) const fn status(name: &'static str) -> Self {
        Self { name, place: Place::Status, prefix: "" }
    }

    pub(crate) const fn data(name: &'static str) -> Self {
        Self { name, place: Place::Data, prefix: "" }
    }

    /// With words before the value.
    pub(crate) const fn after(mut self, prefix: &'static str) -> Self {
        self.prefix = prefix;
        self
    }
}

/// A value of a column.
pub(crate) enum Value {
    /// Not known, or there is none.
    Nothing,
    Text(String),
    Number(i64),
    Day(Date),
    Moment(Timestamp),
    /// A moment that is a day: midnight is how upstream writes it.
    DayOf(Timestamp),
    Link {
        text: String,
        address: Option<String>,
    },
    People(Vec<Person>),
    /// How it stands, and whether that is a reason to look up.
    Status {
        text: String,
        is_late: bool,
    },
    Votes(Box<Uitslag>),
}

/// A person or body in a list.
pub(crate) struct Person {
    pub(crate) naam: String,
    pub(crate) fractie: Option<String>,
    pub(crate) address: Option<String>,
}

/// People that a page shows by name; the others are counted.
pub(crate) const MOST_PEOPLE: usize = 4;

impl Value {
    pub(crate) fn text(text: Option<impl Into<String>>) -> Self {
        let text = text.map(Into::into).filter(|text| !text.trim().is_empty());
        text.map_or(Self::Nothing, Self::Text)
    }

    pub(crate) fn day_of(moment: Option<Timestamp>) -> Self {
        moment.map_or(Self::Nothing, Self::DayOf)
    }

    pub(crate) fn moment(moment: Option<Timestamp>) -> Self {
        moment.map_or(Self::Nothing, Self::Moment)
    }

    pub(crate) fn day(day: Option<Date>) -> Self {
        day.map_or(Self::Nothing, Self::Day)
    }

    /// A day, or as much of it as is published.
    pub(crate) fn partial(date: Partial) -> Self {
        let text = date.0.filter(|text| !text.is_empty());
        match text.as_deref().and_then(|text| text.parse().ok()) {
            Some(day) => Self::Day(day),
            None => Self::text(text),
        }
    }

    pub(crate) fn number(number: Option<i64>) -> Self {
        number.map_or(Self::Nothing, Self::Number)
    }

    /// `ja`, or nothing.
    pub(crate) fn yes(is: bool) -> Self {
        if is { Self::Text("ja".into()) } else { Self::Nothing }
    }

    pub(crate) fn status(text: Option<impl Into<String>>, is_late: bool) -> Self {
        text.map_or(Self::Nothing, |text| Self::Status { text: text.into(), is_late })
    }

    pub(crate) fn actors(actors: &[Actor]) -> Self {
        let person = |actor: &Actor| Person {
            naam: actor.naam.clone().unwrap_or_else(|| "(zonder naam)".into()),
            fractie: actor.fractie.clone(),
            address: actor.address(),
        };
        if actors.is_empty() {
            return Self::Nothing;
        }
        Self::People(actors.iter().map(person).collect())
    }

    /// A member; said to be unknown here where the source's reference leads nowhere.
    pub(crate) fn lid(lid: Option<&Lid>) -> Self {
        Self::People(vec![match lid {
            Some(lid) => Person {
                naam: lid.naam.clone(),
                fractie: lid.fractie.clone(),
                address: lid.address(),
            },
            None => Person { naam: "(niet bekend)".into(), fractie: None, address: None },
        }])
    }

    /// As plain text: for feeds, calendars and CSV.
    pub(crate) fn plain(&self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Text(text) | Self::Link { text, .. } | Self::Status { text, .. } => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Day(day) => day.to_string(),
            Self::DayOf(moment) => format::iso_date(moment),
            Self::Moment(moment) => format::iso(moment),
            Self::People(people) => {
                let people: Vec<String> = people.iter().map(Person::plain).collect();
                people.join("; ")
            }
            Self::Votes(uitslag) => VoteBar::of(uitslag).label,
        }
    }

    /// As text for people: dates and numbers as the Dutch write them.
    pub(crate) fn readable(&self) -> String {
        match self {
            Self::Number(number) => format::number(number),
            Self::Day(day) => format::day(day),
            Self::DayOf(moment) => format::date(moment),
            Self::Moment(moment) => format::date_and_time_if_any(moment),
            other => other.plain(),
        }
    }

    /// As JSON; addresses become whole ones.
    pub(crate) fn json(&self, base: &str) -> Json {
        let whole = |address: &Option<String>| {
            address.as_ref().map_or(Json::Null, |address| json!(format!("{base}{address}")))
        };
        match self {
            Self::Nothing => Json::Null,
            Self::Number(number) => json!(number),
            Self::Link { text, address } => json!({ "naam": text, "adres": whole(address) }),
            Self::People(people) => people
                .iter()
                .map(|it| {
                    json!({ "naam": it.naam, "fractie": it.fractie, "adres": whole(&it.address) })
                })
                .collect(),
            Self::Votes(uitslag) => {
                let side = |stemmen: &[Stem]| {
                    let stemmen: Vec<Json> = stemmen
                        .iter()
                        .map(|stem| {
                            json!({
                                "naam": stem.naam,
                                "fractie": stem.fractie,
                                "zetels": stem.zetels,
                                "vergissing": stem.vergissing,
                            })
                        })
                        .collect();
                    stemmen
                };
                json!({
                    "voor": Uitslag::zetels(&uitslag.voor),
                    "tegen": Uitslag::zetels(&uitslag.tegen),
                    "niet_deelgenomen": Uitslag::zetels(&uitslag.niet_deelgenomen),
                    "hoofdelijk": uitslag.hoofdelijk,
                    "stemmen_voor": side(&uitslag.voor),
                    "stemmen_tegen": side(&uitslag.tegen),
                    "stemmen_niet_deelgenomen": side(&uitslag.niet_deelgenomen),
                })
            }
            other => json!(other.plain()),
        }
    }
}

impl Person {
    /// `D.G.M. Ceder (ChristenUnie)`
    fn plain(&self) -> String {
        match &self.fractie {
            Some(fractie) => format!("{} ({fractie})", self.naam),
            None => self.naam.clone(),
        }
    }
}
