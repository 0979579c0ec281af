//! What every page has in common.

use watch::matching::Subject;

use crate::{Site, format};

/// What the menu shows at once: address and name.
pub(crate) const MENU: &[(&str, &str)] = &[
    ("/", "Overzicht"),
    ("/activiteiten", "Activiteiten"),
    ("/documenten", "Documenten"),
    ("/stemmingen", "Stemmingen"),
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
}

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
