//! Excel workbooks (Office Open XML): a heading and a table per sheet, with the values as they were
//! when the file was saved. Numbers that are shown as dates become dates; charts are left out.

use crate::extract::package::Package;
use crate::extract::{ExtractError, Flow};
use crate::prose::{Block, Cell, Inline, Prose};
use crate::xml::Element;

/// The most cells that are read; a sheet of this size is no text any more.
const MAX_CELLS: usize = 200_000;
/// The most columns: those further to the right are left out.
const MAX_COLUMNS: usize = 200;

/// Reads a workbook.
pub(super) fn read(bytes: &[u8]) -> Result<Prose, ExtractError> {
    let mut package = Package::open(bytes)?;
    let main = "xl/workbook.xml";
    let workbook = package
        .part(main)?
        .ok_or_else(|| ExtractError::Damaged("XLSX: there is no workbook in it".into()))?;
    let relationships = package.relationships(main)?;
    let related = |package: &mut Package<'_>, kind: &str| match relationships.of_type(kind) {
        Some(name) => Ok::<_, ExtractError>(package.part(name)?.unwrap_or_default()),
        None => Ok(Element::default()),
    };
    let strings: Vec<String> =
        related(&mut package, "sharedStrings")?.elements().map(string).collect();
    let dates = dates(&related(&mut package, "styles")?);
    let mut flow = Flow::default();
    let mut cells = 0;
    for sheet in workbook.child("sheets").into_iter().flat_map(Element::elements) {
        let name = sheet
            .attributes()
            .filter(|(name, _)| *name == "id")
            .find_map(|(_, id)| relationships.targets.get(id));
        let Some(part) = name.map(|name| package.part(name)).transpose()?.flatten() else {
            continue;
        };
        let mut rows = vec![];
        for row in part.child("sheetData").into_iter().flat_map(Element::elements) {
            let mut line: Vec<Cell> = vec![];
            for cell in row.elements().filter(|cell| cell.name == "c") {
                let column = column_of(cell.attribute("r")).unwrap_or(line.len());
                if column >= MAX_COLUMNS {
                    break;
                }
                // Empty cells are not in the file; those to the left keep their place.
                line.resize(column.max(line.len()), Cell::default());
                let value = value(cell, &strings, &dates);
                let content = vec![Block::Paragraph(vec![Inline::Text(value.clone())])];
                let content = if value.trim().is_empty() { vec![] } else { content };
                line.push(Cell { content, ..Cell::default() });
                cells += 1;
                if cells > MAX_CELLS {
                    return Err(ExtractError::TooLarge(format!("more than {MAX_CELLS} cells")));
                }
            }
            while line.last().is_some_and(|cell| cell.content.is_empty()) {
                line.pop();
            }
            if !line.is_empty() {
                rows.push(line);
            }
        }
        if !rows.is_empty() {
            flow.heading(2, vec![Inline::Text(sheet.attribute("name").to_owned())]);
            flow.block(Block::Table { rows });
        }
    }
    Ok(Prose { blocks: flow.finish(), ..Prose::default() })
}

/// The text of a shared or inline string: in one piece, or in several with markup.
fn string(element: &Element) -> String {
    let mut text = String::new();
    for part in element.elements() {
        match part.name.as_str() {
            "t" => text.push_str(&part.text()),
            "r" => text.push_str(&part.child("t").map(Element::text).unwrap_or_default()),
            _ => {}
        }
    }
    text
}

/// The column of a cell's name, from 0: "C7" is 2.
fn column_of(name: &str) -> Option<usize> {
    let letters: Vec<u8> = name.bytes().take_while(u8::is_ascii_uppercase).collect();
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let number =
        letters.iter().fold(0, |number, letter| number * 26 + usize::from(letter - b'A') + 1);
    Some(number - 1)
}

fn value(cell: &Element, strings: &[String], dates: &[bool]) -> String {
    let value = cell.child_text("v").unwrap_or_default();
    match cell.attribute("t") {
        "s" => value.parse().ok().and_then(|index: usize| strings.get(index)).cloned(),
        "inlineStr" => cell.child("is").map(string),
        "b" => Some(if value == "1" { "WAAR".into() } else { "ONWAAR".into() }),
        "str" | "e" | "d" => Some(value),
        _ => {
            let style: Option<usize> = cell.attribute("s").parse().ok();
            let is_date = style.and_then(|style| dates.get(style)).copied().unwrap_or_default();
            match value.parse::<f64>() {
                Ok(number) if is_date => Some(date(number).unwrap_or(value)),
                Ok(number) => Some(decimal(number)),
                Err(_) => Some(value),
            }
        }
    }
    .unwrap_or_default()
}

/// Which of the cell formats show a date.
fn dates(styles: &Element) -> Vec<bool> {
    let custom: Vec<(&str, bool)> = styles
        .child("numFmts")
        .into_iter()
        .flat_map(Element::elements)
        .map(|format| {
            // What is quoted or in brackets is text or a colour.
            let mut quoted = false;
            let code: String = format
                .attribute("formatCode")
                .chars()
                .filter(|c| {
                    quoted ^= matches!(c, '"' | '[' | ']');
                    !quoted
                })
                .collect();
            let code = code.to_lowercase();
            (
                format.attribute("numFmtId"),
                code.contains('y') || code.contains('d') || code.contains('j'),
            )
        })
        .collect();
    styles
        .child("cellXfs")
        .into_iter()
        .flat_map(Element::elements)
        .map(|format| {
            let id = format.attribute("numFmtId");
            let built_in = id.parse().is_ok_and(|id: u32| (14..=17).contains(&id) || id == 22);
            built_in || custom.iter().any(|(name, is_date)| *name == id && *is_date)
        })
        .collect()
}

/// The day that a number of days since 1900 stands for, as Excel counts them (with a 29 February 1900).
fn date(days: f64) -> Option<String> {
    if !(61.0..2_958_466.0).contains(&days) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "within the range above")]
    let whole = days.floor() as i64;
    let day = jiff::civil::date(1899, 12, 30).checked_add(jiff::Span::new().days(whole)).ok()?;
    Some(format!("{}-{}-{}", day.day(), day.month(), day.year()))
}

/// A number as Dutch readers write it, without the noise of binary fractions.
fn decimal(number: f64) -> String {
    let text = format!("{number:.10}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    text.replace('.', ",")
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use super::*;

    fn workbook(rows: &str) -> Result<Prose, ExtractError> {
        let mut archive = zip::ZipWriter::new(Cursor::new(vec![]));
        for (name, content) in [
            (
                "xl/workbook.xml",
                "<workbook><sheets><sheet name='Uitgaven' sheetId='1' r:id='r1'/></sheets></workbook>"
                    .to_owned(),
            ),
            (
                "xl/_rels/workbook.xml.rels",
                "<Relationships><Relationship Id='r1' Type='x/worksheet' Target='worksheets/a.xml'/>\
                 <Relationship Id='r2' Type='x/sharedStrings' Target='s.xml'/>\
                 <Relationship Id='r3' Type='x/styles' Target='/xl/styles.xml'/></Relationships>"
                    .to_owned(),
            ),
            ("xl/s.xml", "<sst><si><t>Post</t></si><si><r><t>in </t></r><r><t>mln</t></r></si></sst>".into()),
            (
                "xl/styles.xml",
                "<styleSheet><numFmts><numFmt numFmtId='164' formatCode='[Red]0.0'/></numFmts>\
                 <cellXfs><xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='164'/></cellXfs></styleSheet>"
                    .into(),
            ),
            ("xl/worksheets/a.xml", format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")),
        ] {
            archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            archive.write_all(content.as_bytes()).unwrap();
        }
        read(&archive.finish().unwrap().into_inner())
    }

    #[test]
    fn a_sheet_is_a_table_with_its_values_in_place() {
        let prose = workbook(
            "<row><c r='A1' t='s'><v>0</v></c><c r='C1' t='inlineStr'><is><t>2025</t></is></c></row>\
             <row/><row><c r='A3' s='1'><v>45840</v></c><c r='B3' s='2'><v>0.30000000000000004</v></c>\
             <c r='C3' t='b'><v>1</v></c><c r='D3'/></row>",
        )
        .unwrap();
        let heading = Block::Heading { level: 2, content: vec![Inline::Text("Uitgaven".into())] };
        assert_eq!(prose.blocks[0], heading);
        let Block::Table { rows } = &prose.blocks[1] else { panic!() };
        let texts: Vec<Vec<String>> = rows
            .iter()
            .map(|row| {
                row.iter()
                    .map(|cell| {
                        let mut text = String::new();
                        crate::prose::write_blocks(&cell.content, &mut text);
                        text.trim().to_owned()
                    })
                    .collect()
            })
            .collect();
        assert_eq!(texts, [vec!["Post", "", "2025"], vec!["2-7-2025", "0,3", "WAAR"]]);
    }

    #[test]
    fn a_cell_far_away_does_not_fill_memory() {
        let prose = workbook("<row><c r='XFD1'><v>1</v></c><c r='A1'><v>2</v></c></row>").unwrap();
        assert_eq!(prose.blocks, [], "further than any reader scrolls");
    }
}
