//! What every page has in common.

use crate::{Site, format};

/// The main menu: address and name.
pub(crate) const MENU: &[(&str, &str)] = &[
    ("/", "Overzicht"),
    ("/zoeken", "Zoeken"),
    ("/status", "Status"),
    ("/wat-is-dit", "Wat is dit?"),
];

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
    /// Whether search engines should leave the page out.
    pub(crate) noindex: bool,
}

impl Page {
    /// The frame of the page at a path.
    pub(crate) fn new(site: &Site, path: &str, title: impl Into<String>) -> Self {
        let now = site.clock.now();
        Self {
            title: title.into(),
            canonical: site.public_url.as_ref().map(|site| format!("{site}{path}")),
            path: path.to_owned(),
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

    /// With a description.
    pub(crate) fn described(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }
}
