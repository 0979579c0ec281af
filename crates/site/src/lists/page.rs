//! A list as a page: its filters, its items, and what stands beside it.

use askama::Template;
use store::read::besluit::Uitslag;

use super::value::{MOST_PEOPLE, Place, Value};
use super::{ALL, Chosen, Format, Group, Item, Shown};
use crate::chart::Months;
use crate::layout::{Alternate, Page};
use crate::{PageError, Site, format};

#[derive(Template)]
#[template(path = "list.html")]
struct ListPage<'s> {
    page: Page,
    shown: &'s Shown,
    selects: Vec<Select<'s>>,
    chosen: Vec<Chosen>,
    /// The list without anything that was chosen.
    plain: &'static str,
    parts: Vec<Part<'s>>,
    pages: i64,
    previous: Option<String>,
    next: Option<String>,
    /// The last page, for who asks for one beyond it.
    last: String,
    downloads: Vec<(&'static str, String)>,
    /// Whether the numbers per filter value are left out because the period is too long.
    is_uncounted: bool,
}

/// A filter in the form.
struct Select<'s> {
    name: &'static str,
    label: &'static str,
    /// The value that means all of them.
    all: &'static str,
    is_all: bool,
    options: Vec<OptionLine<'s>>,
}

struct OptionLine<'s> {
    value: &'s str,
    label: String,
    count: Option<i64>,
    is_chosen: bool,
}

/// Items under one heading.
struct Part<'s> {
    group: Option<&'s Group>,
    items: Vec<&'s Item>,
}

/// What stands beside a ledger.
pub(crate) struct Ledger {
    /// Numbers: what they count, the number, and what is said beside it.
    pub(crate) figures: Vec<(&'static str, String, String)>,
    /// What happened per month.
    pub(crate) months: Option<(&'static str, Months)>,
    /// Tables of numbers.
    pub(crate) tables: Vec<Table>,
    /// What the words mean.
    pub(crate) definitions: &'static [(&'static str, &'static str)],
}

/// A table of numbers.
pub(crate) struct Table {
    pub(crate) title: &'static str,
    /// What the rows are, and the columns of numbers.
    pub(crate) head: &'static [&'static str],
    pub(crate) rows: Vec<TableRow>,
}

/// A row of a table of numbers.
pub(crate) struct TableRow {
    pub(crate) label: String,
    pub(crate) address: String,
    pub(crate) numbers: Vec<i64>,
}

/// The page of a list.
pub(crate) fn render(site: &Site, shown: &Shown) -> Result<String, PageError> {
    let Shown { list, choice, listed, .. } = shown;
    let mut page = Page::new(site, list.path, shown.title())
        .described(list.intro)
        .watched_at(&shown.address(Format::Html, 1));
    // Search engines find the things themselves; the combinations of filters are endless.
    page.noindex = choice.address(list, Format::Html, 1) != list.path;
    page.alternates = shown
        .formats()
        .filter(|format| *format != Format::Html)
        .map(|format| Alternate {
            kind: format.content_type().split(';').next().unwrap_or_default(),
            title: format!("{}, {}", list.title, format.name()),
            address: shown.address(format, 1),
        })
        .collect();
    let downloads = shown
        .formats()
        .filter(|format| *format != Format::Html)
        .map(|format| (format.name(), shown.address(format, 1)))
        .collect();
    let pages = shown.pages(Format::Html);
    let at = |page: i64| shown.address(Format::Html, page);
    let template = ListPage {
        page,
        selects: selects(shown),
        chosen: shown.chosen(),
        plain: list.path,
        parts: parts(shown),
        pages,
        previous: (choice.page > 1).then(|| at((choice.page - 1).min(pages))),
        next: (choice.page < pages).then(|| at(choice.page + 1)),
        last: at(pages),
        downloads,
        is_uncounted: listed.counts.is_empty() && !list.filters.is_empty(),
        shown,
    };
    Ok(template.render()?)
}

fn selects(shown: &Shown) -> Vec<Select<'_>> {
    let filters = shown.list.filters.iter();
    let selects = filters.map(|filter| {
        let chosen = shown.choice.value(filter.name);
        let counts = shown.listed.counts.iter().find(|counts| counts.filter == filter.name);
        let values = counts.map(|counts| counts.values.as_slice()).unwrap_or_default();
        let mut options: Vec<OptionLine<'_>> = values
            .iter()
            .map(|value| OptionLine {
                value: &value.value,
                label: shown.label(filter, &value.value),
                count: Some(value.count),
                is_chosen: chosen == Some(value.value.as_str()),
            })
            .collect();
        if let Some(value) = chosen.filter(|_| !options.iter().any(|option| option.is_chosen)) {
            let label = shown.label(filter, value);
            let count = counts.map(|_| 0);
            options.insert(0, OptionLine { value, label, count, is_chosen: true });
        }
        Select {
            name: filter.name,
            label: filter.label,
            all: if filter.default.is_some() { ALL } else { "" },
            is_all: chosen.is_none(),
            options,
        }
    });
    selects.filter(|select| !select.options.is_empty()).collect()
}

fn parts(shown: &Shown) -> Vec<Part<'_>> {
    let is_grouped = shown.is_grouped();
    let mut parts: Vec<Part<'_>> = Vec::new();
    for item in &shown.listed.rows {
        let group = item.group.as_ref().filter(|_| is_grouped);
        match parts.last_mut().filter(|part| part.group == group) {
            Some(part) => part.items.push(item),
            None => parts.push(Part { group, items: vec![item] }),
        }
    }
    parts
}

impl Shown {
    /// Whether the order keeps the items of a group together.
    fn is_grouped(&self) -> bool {
        let Self { list, choice, .. } = self;
        list.orders.iter().any(|(name, _, grouped)| *name == choice.order && *grouped)
    }
}

impl Item {
    /// The values at a place on the page that say something, with the words before them.
    fn at(&self, shown: &Shown, place: Place) -> Vec<(&'static str, &Value)> {
        let columns = shown.list.columns.iter().zip(&self.values);
        let here = columns
            .filter(|(column, value)| column.place == place && !matches!(value, Value::Nothing));
        here.map(|(column, value)| (column.prefix, value)).collect()
    }
}

/// The people beyond those that are named.
fn others(count: usize) -> Option<String> {
    let others = count.checked_sub(MOST_PEOPLE).filter(|others| *others > 0)?;
    Some(if others == 1 { "en 1 ander".to_owned() } else { format!("en {others} anderen") })
}

/// The sides of a vote, where parties voted: of a roll call the page of the vote itself says who
/// voted what.
fn sides(uitslag: &Uitslag) -> Vec<crate::chart::Side<'_>> {
    if uitslag.hoofdelijk { Vec::new() } else { crate::chart::sides(uitslag) }
}
