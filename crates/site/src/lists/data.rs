//! A list as JSON and as CSV.

use serde_json::{Map, Value as Json, json};

use super::{Format, Shown};
use crate::PageError;

/// The list as JSON: its rows, its total, and the counts per filter value.
pub(super) fn json(shown: &Shown) -> Result<String, PageError> {
    let Shown { list, choice, listed, base, .. } = shown;
    let whole = |address: String| format!("{base}{address}");
    let rows: Vec<Json> = listed
        .rows
        .iter()
        .map(|item| {
            let mut row = Map::new();
            row.insert("id".into(), json!(item.id));
            row.insert("titel".into(), json!(item.title));
            row.insert("adres".into(), json!(item.address.clone().map(whole)));
            row.insert("gewijzigd".into(), json!(item.changed.to_string()));
            for (column, value) in list.columns.iter().zip(&item.values) {
                row.insert(column.name.into(), value.json(base));
            }
            Json::Object(row)
        })
        .collect();
    let counts: Map<String, Json> = listed
        .counts
        .iter()
        .map(|counts| {
            let values: Vec<Json> = counts
                .values
                .iter()
                .map(|it| json!({ "waarde": it.value, "naam": it.label, "aantal": it.count }))
                .collect();
            (counts.filter.to_owned(), Json::Array(values))
        })
        .collect();
    let chosen: Map<String, Json> =
        choice.filters.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let more = choice.page < shown.pages(Format::Json);
    let answer = json!({
        "titel": list.title,
        "adres": whole(shown.address(Format::Html, 1)),
        "van": choice.from.map(|day| day.to_string()),
        "tot": choice.until.map(|day| day.to_string()),
        "gekozen": chosen,
        "totaal": listed.total,
        "totaal_is_minstens": listed.is_at_least,
        "pagina": choice.page,
        "volgende": more.then(|| whole(shown.address(Format::Json, choice.page + 1))),
        "aantallen": counts,
        "rijen": rows,
    });
    serde_json::to_string(&answer).map_err(PageError::internal)
}

/// The list as CSV (RFC 4180), a line per row. A text that a spreadsheet would take for a formula gets
/// an apostrophe before it.
pub(super) fn csv(shown: &Shown) -> Result<String, PageError> {
    let Shown { list, listed, base, .. } = shown;
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let head = ["id", "titel", "adres", "gewijzigd"].into_iter();
    let head = head.chain(list.columns.iter().map(|column| column.name));
    writer.write_record(head).map_err(PageError::internal)?;
    for item in &listed.rows {
        let address = item.address.as_ref().map(|address| format!("{base}{address}"));
        let first = [
            item.id.to_string(),
            harmless(item.title.clone()),
            address.unwrap_or_default(),
            item.changed.to_string(),
        ];
        let rest = item.values.iter().map(|value| match value {
            // A negative number is a number.
            super::Value::Number(number) => number.to_string(),
            other => harmless(other.plain()),
        });
        writer.write_record(first.into_iter().chain(rest)).map_err(PageError::internal)?;
    }
    let bytes = writer.into_inner().map_err(PageError::internal)?;
    String::from_utf8(bytes).map_err(PageError::internal)
}

/// The text, in such a way that no spreadsheet computes it.
pub(crate) fn harmless(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        return format!("'{text}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_in_a_title_is_only_text() {
        assert_eq!(harmless("=HYPERLINK(\"x\")".into()), "'=HYPERLINK(\"x\")");
        assert_eq!(harmless("-1+1".into()), "'-1+1");
        assert_eq!(harmless("@SUM(A1)".into()), "'@SUM(A1)");
        assert_eq!(harmless("Motie = motie".into()), "Motie = motie");
    }
}
