//! What every page has in common.

use store::watching::event::EventKind;
use watch::matching::Subject;

use crate::pages::watching::meetings_of;
use crate::{Site, format};

/// What the menu shows at once: address and name.
pub(crate) const MENU: &[(&str, &str)] = &[
    ("/", "Overzicht"),
    ("/activiteiten", "Activiteiten"),
    ("/documenten", "Documenten"),
    ("/stemmingen", "Stemmingen"),
    ("/mijn", "Mijn Griffier"),
];

/// What the menu shows when it is opened: everything, by subject.
pub(crate) const MORE: &[(&str, &[(&str, &str)])] = &[
    (
        "Vergaderen",
        &[
            ("/activiteiten", "Activiteiten"),
            ("/activiteiten/ongepland", "Nog niet gepland"),
            ("/agendawijzigingen", "Agendawijzigingen"),
            ("/besluiten", "Besluiten"),
            ("/stemmingen", "Stemmingen"),
            ("/verslagen", "Verslagen"),
        ],
    ),
    (
        "Stukken",
        &[
            ("/documenten", "Documenten"),
            ("/dossiers", "Dossiers"),
            ("/moties", "Moties"),
            ("/vragen", "Schriftelijke vragen"),
            ("/toezeggingen", "Toezeggingen"),
        ],
    ),
    (
        "Mensen",
        &[
            ("/kamerleden", "Kamerleden"),
            ("/fracties", "Fracties"),
            ("/commissies", "Commissies"),
            ("/ministeries", "Ministeries"),
            ("/personen", "Personen"),
        ],
    ),
    (
        "Openheid",
        &[
            ("/geschenken", "Geschenken"),
            ("/reizen", "Reizen"),
            ("/nevenfuncties", "Nevenfuncties"),
        ],
    ),
    (
        "Griffier",
        &[
            ("/zoeken", "Zoeken"),
            ("/mijn", "Mijn Griffier"),
            ("/wijzigingen", "Wijzigingen"),
            ("/mijn/monitors", "Mijn monitors"),
            ("/status", "Status"),
            ("/wat-is-dit", "Wat is dit?"),
        ],
    ),
];

/// The same page in another form.
#[derive(Debug, Clone)]
pub(crate) struct Alternate {
    /// Its media type.
    pub(crate) kind: &'static str,
    /// What it is.
    pub(crate) title: String,
    /// Its address.
    pub(crate) address: String,
}

/// The frame around a page's content, as `base.html` shows it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Page {
    /// The title, without the name of the site.
    pub(crate) title: String,
    /// One or two sentences for those who see only a link.
    pub(crate) description: String,
    /// The page's own address, with the site's, where that is known.
    pub(crate) canonical: Option<String>,
    /// The path, to mark the page in the menu.
    pub(crate) path: String,
    /// What stands in the search box.
    pub(crate) query: String,
    /// In the demo: the moment at which its clock stands.
    pub(crate) demo: Option<String>,
    /// The same in other forms: feeds, data.
    pub(crate) alternates: Vec<Alternate>,
    /// Whether search engines should leave the page out.
    pub(crate) noindex: bool,
    /// The address under which what the page shows can be watched, if it can be.
    pub(crate) watched: Option<String>,
    /// What is waited for here, if there is something, as the button says it, and the kinds of event that
    /// bring it.
    pub(crate) awaited: Option<(&'static str, &'static [EventKind])>,
}

/// Of written questions without an answer.
pub(crate) const ANSWER: (&str, &[EventKind]) =
    ("Laat weten als deze vragen zijn beantwoord", &[EventKind::Answer, EventKind::Delay]);

impl Page {
    /// The frame of the page at a path.
    pub(crate) fn new(site: &Site, path: &str, title: impl Into<String>) -> Self {
        let now = site.clock.now();
        Self {
            title: title.into(),
            canonical: site.public_url.as_ref().map(|site| format!("{site}{path}")),
            path: path.to_owned(),
            watched: watchable(path),
            demo: site.demo.then(|| {
                format!(
                    "{}, {} uur",
                    format::weekday_and_day(site.clock.today()),
                    format::time(&now)
                )
            }),
            ..Self::default()
        }
    }

    /// The frame of a page that is one visitor's own.
    pub(crate) fn private(site: &Site, path: &str, title: impl Into<String>) -> Self {
        Self { canonical: None, noindex: true, ..Self::new(site, path, title) }
    }

    /// The address of what happened to the thing that the page is of.
    pub(crate) fn history(&self) -> Option<String> {
        let watched = self.watched.as_deref()?;
        match Subject::parse(watched) {
            Some(Subject::Page(page)) => {
                Some(format!("/wijzigingen{}", crate::query(&[("over", &page)])))
            }
            _ => None,
        }
    }

    /// The address of the calendar of the meetings about what the page shows.
    pub(crate) fn calendar(&self) -> Option<String> {
        let filters = meetings_of(self.watched.as_deref()?)?;
        // A party has a name of its own in papers, and its page says where its meetings are.
        let is_whole =
            self.path == "/activiteiten" || filters.iter().any(|(name, _)| name == "fractie");
        let filters: Vec<(&str, &str)> =
            filters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        (!is_whole).then(|| format!("/activiteiten.ics{}", crate::query(&filters)))
    }

    /// The kinds of event that are waited for, as an address names them.
    pub(crate) fn awaited_kinds(kinds: &[EventKind]) -> String {
        kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(",")
    }

    /// That what is at this address, a search or a list with what was chosen of it, can be watched.
    pub(crate) fn watched_at(mut self, address: &str) -> Self {
        self.watched = watchable(address);
        self
    }

    /// With a description.
    pub(crate) fn described(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }
}

fn watchable(address: &str) -> Option<String> {
    Subject::parse(address).map(|_| address.to_owned())
}
