//! A search as JSON, as CSV and as a feed: the same address with the same choices.

use askama::Template;
use jiff::Timestamp;
use search::{Answer, Fragment, Hit, fold};
use serde_json::{Map, Value as Json, json};

use super::asked::Asked;
use super::kind_name;
use crate::lists::atom::{Entry, Feed, clean};
use crate::lists::data::harmless;
use crate::{PageError, format};

/// A form of the answer besides the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    Csv,
    Atom,
}

impl Format {
    pub(super) const ALL: [Self; 3] = [Self::Json, Self::Csv, Self::Atom];

    pub(super) const fn suffix(self) -> &'static str {
        match self {
            Self::Json => ".json",
            Self::Csv => ".csv",
            Self::Atom => ".atom",
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Csv => "CSV",
            Self::Atom => "Atom",
        }
    }

    pub(super) const fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Atom => "application/atom+xml; charset=utf-8",
        }
    }
}

/// Hits on a page of these forms.
pub(super) const PER_PAGE: usize = search::MAX_LIMIT;

/// What all forms are made of.
pub(super) struct Found<'f> {
    pub(super) asked: &'f Asked,
    pub(super) answer: Answer,
    /// What was not read or searched as it was asked.
    pub(super) notices: Vec<String>,
    /// The site's own address, without a slash at the end.
    pub(super) base: String,
}

impl Found<'_> {
    fn whole(&self, address: &str) -> String {
        format!("{}{address}", self.base)
    }

    /// The address of another page in a format; none if there is none.
    fn page(&self, format: Format, page: usize) -> Option<String> {
        let total = usize::try_from(self.answer.total).unwrap_or(usize::MAX);
        let last = total.min(search::MAX_DEPTH).div_ceil(PER_PAGE);
        (1..=last)
            .contains(&page)
            .then(|| self.whole(&self.asked.at(page).address(format.suffix())))
    }

    pub(super) fn json(&self) -> Result<String, PageError> {
        let Self { asked, answer, .. } = self;
        let hits: Vec<Json> = fold(answer.hits.clone())
            .into_iter()
            .map(|folded| {
                let similar: Vec<String> =
                    folded.similar.iter().map(|hit| self.whole(&hit.address)).collect();
                let hit = folded.hit;
                json!({
                    "adres": self.whole(&hit.address),
                    "soort": hit.kind,
                    "stuk": hit.soort,
                    "nummer": hit.nummer,
                    "titel": hit.title,
                    "onderwerp": hit.subject,
                    "dossiers": hit.dossiers,
                    "datum": hit.date.as_ref().map(format::iso_date),
                    "passage": plain(&hit.snippet),
                    "bladzijde": hit.page,
                    "bijna_gelijk": similar,
                })
            })
            .collect();
        let facets: Map<String, Json> = answer
            .facets
            .iter()
            .map(|(facet, values)| {
                let values: Vec<Json> = values
                    .iter()
                    .map(|(value, count)| json!({ "waarde": value, "aantal": count }))
                    .collect();
                (facet.parameter().to_owned(), Json::Array(values))
            })
            .collect();
        let months: Vec<Json> = answer
            .months
            .iter()
            .map(|it| {
                json!({ "maand": format!("{:04}-{:02}", it.year, it.month), "aantal": it.count })
            })
            .collect();
        let chosen: Map<String, Json> = asked
            .values
            .iter()
            .map(|(facet, values)| (facet.parameter().to_owned(), json!(values)))
            .collect();
        let body = json!({
            "zoekvraag": asked.question,
            "adres": self.whole(&asked.at(1).address("")),
            "gekozen": chosen,
            "van": asked.from.map(|day| day.to_string()),
            "tot": asked.until.map(|day| day.to_string()),
            "binnen": asked.within.as_deref().map(|page| self.whole(page)),
            "meldingen": self.notices,
            "totaal": answer.total,
            "pagina": asked.page,
            "volgende": self.page(Format::Json, asked.page + 1),
            "aantallen": facets,
            "maanden": months,
            "gevonden": hits,
        });
        serde_json::to_string(&body).map_err(PageError::internal)
    }

    pub(super) fn csv(&self) -> Result<String, PageError> {
        let mut writer =
            csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        let head = ["adres", "soort", "stuk", "nummer", "titel", "onderwerp", "datum", "passage"];
        writer.write_record(head).map_err(PageError::internal)?;
        for hit in &self.answer.hits {
            let row = [
                self.whole(&hit.address),
                hit.kind.as_str().to_owned(),
                hit.soort.clone(),
                hit.nummer.clone(),
                hit.title.clone(),
                hit.subject.clone(),
                hit.date.as_ref().map(format::iso_date).unwrap_or_default(),
                plain(&hit.snippet),
            ];
            writer.write_record(row.map(harmless)).map_err(PageError::internal)?;
        }
        let bytes = writer.into_inner().map_err(PageError::internal)?;
        String::from_utf8(bytes).map_err(PageError::internal)
    }

    pub(super) fn atom(&self) -> Result<String, PageError> {
        let Self { asked, answer, .. } = self;
        let own = |page| self.whole(&asked.at(page).address(Format::Atom.suffix()));
        let newest = answer.hits.iter().filter_map(|hit| hit.date).max();
        let feed = Feed {
            title: clean(&format!("Zoeken: {}", asked.question)),
            subtitle: "Wat de zoekmachine van Griffier vindt.",
            id: own(1),
            own: own(asked.page),
            page: self.whole(&asked.at(1).address("")),
            next: self.page(Format::Atom, asked.page + 1),
            previous: self.page(Format::Atom, asked.page - 1),
            updated: newest.unwrap_or(Timestamp::UNIX_EPOCH).to_string(),
            entries: answer.hits.iter().map(|hit| self.entry(hit)).collect(),
        };
        Ok(feed.render()?)
    }

    fn entry(&self, hit: &Hit) -> Entry {
        let address = self.whole(&hit.address);
        let passage = plain(&hit.snippet);
        let facts = [kind_name(hit.kind), &hit.soort, &hit.nummer, &passage];
        let facts: Vec<&str> = facts.into_iter().filter(|fact| !fact.is_empty()).collect();
        Entry {
            id: address.clone(),
            title: clean(&hit.title),
            link: Some(address),
            updated: hit.date.unwrap_or(Timestamp::UNIX_EPOCH).to_string(),
            summary: clean(&facts.join(" · ")),
        }
    }

    /// What stands in the header `Link`.
    pub(super) fn links(&self, format: Format) -> String {
        let page = self.asked.page;
        let links =
            [("next", page + 1), ("prev", page - 1)].into_iter().filter_map(|(what, page)| {
                Some(format!("<{}>; rel=\"{what}\"", self.page(format, page)?))
            });
        links.collect::<Vec<_>>().join(", ")
    }
}

/// The text of a passage without its marks.
fn plain(fragments: &[Fragment]) -> String {
    fragments.iter().map(|fragment| fragment.text.as_str()).collect()
}
