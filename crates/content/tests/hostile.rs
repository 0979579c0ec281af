//! Files that are not what they seem: whatever the bytes, there is an answer and no panic.
//!
//! PDF is left out here, because the library below may take down the process, which is what the
//! worker is for: see tests/worker.rs.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use content::{Format, extract, sniff};
use proptest::collection::vec;
use proptest::prelude::*;

const FILES: [&[u8]; 5] = [
    include_bytes!("data/motie.docx"),
    include_bytes!("data/kst-motie.xml"),
    include_bytes!("data/verslag-casco.xml"),
    b"<!doctype html><table><tr><td><ul><li><a href=x>a</a><p><b>b<i>c</b>d</i></ul></table>",
    b"De Kamer,\n\ngehoord de beraadslaging,\n",
];

/// One thing that goes wrong with a file.
#[derive(Clone, Debug)]
enum Damage {
    Overwrite(prop::sample::Index, u8),
    Cut(prop::sample::Index),
    Repeat(prop::sample::Index, prop::sample::Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        (any::<prop::sample::Index>(), any::<u8>())
            .prop_map(|(at, byte)| Damage::Overwrite(at, byte)),
        any::<prop::sample::Index>().prop_map(Damage::Cut),
        (any::<prop::sample::Index>(), any::<prop::sample::Index>())
            .prop_map(|(a, b)| Damage::Repeat(a, b)),
    ]
}

fn apply(damage: &Damage, bytes: &mut Vec<u8>) {
    if bytes.is_empty() {
        return;
    }
    match damage {
        Damage::Overwrite(at, byte) => {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        Damage::Cut(at) => bytes.truncate(at.index(bytes.len())),
        Damage::Repeat(a, b) => {
            let (a, b) = (a.index(bytes.len()), b.index(bytes.len()));
            let part = bytes[a.min(b)..a.max(b)].to_vec();
            bytes.splice(a.min(b)..a.min(b), part);
        }
    }
}

/// An answer that can be stored and read back.
fn check(bytes: &[u8]) {
    if let Ok(extracted) = extract(bytes) {
        let json = serde_json::to_string(&extracted).unwrap();
        assert_eq!(serde_json::from_str::<content::Extracted>(&json).unwrap(), extracted);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_files_have_an_answer(file in 0..FILES.len(), damages in vec(damage(), 1..8)) {
        let mut bytes = FILES[file].to_vec();
        damages.iter().for_each(|damage| apply(damage, &mut bytes));
        if sniff(&bytes) != Format::Pdf {
            check(&bytes);
        }
    }

    #[test]
    fn any_bytes_have_an_answer(bytes in vec(any::<u8>(), 0..2000)) {
        if sniff(&bytes) != Format::Pdf {
            check(&bytes);
        }
    }

    #[test]
    fn any_markup_has_an_answer(
        root in prop::sample::select(vec!["html", "vlosCoreDocument><vergadering", "officiele-publicatie"]),
        tags in vec("</?(al|lijst|li|noot|table|tgroup|row|entry|tekst|alinea|alineaitem|woordvoerder|b|p|ul|td) ?>|[a-z ]{1,5}", 0..60),
    ) {
        check(format!("<{root}>{}", tags.concat()).as_bytes());
    }
}

#[test]
fn deep_nesting_has_an_answer() {
    for (root, tags) in [
        ("officiele-publicatie", &["lijst", "li"][..]),
        ("officiele-publicatie", &["table", "tgroup", "tbody", "row", "entry"]),
        ("officiele-publicatie", &["al", "noot"]),
        ("officiele-publicatie", &["nadruk"]),
        ("vlosCoreDocument><vergadering", &["activiteit", "woordvoerder"]),
        ("vlosCoreDocument><vergadering", &["tekst", "alinea", "lijst", "alineaitem", "nadruk"]),
        ("html", &["ul", "li"]),
        ("html", &["table", "tr", "td"]),
        ("html", &["b", "a", "i"]),
    ] {
        for depth in [190, 1000] {
            let open: Vec<String> =
                tags.iter().cycle().take(depth).map(|tag| format!("<{tag}>")).collect();
            let close: Vec<String> =
                tags.iter().cycle().take(depth).map(|tag| format!("</{tag}>")).collect();
            let close: String = close.into_iter().rev().collect();
            let root_close: String = root.rsplit("><").map(|tag| format!("</{tag}>")).collect();
            check(format!("<{root}>{}diep{close}{root_close}", open.concat()).as_bytes());
        }
    }
}
