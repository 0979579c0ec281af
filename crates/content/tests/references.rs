//! How well references are found, on passages that were read by hand: see data/README.md.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use content::references::find;
use serde_json::Value;

const PASSAGES: &str = include_str!("data/references.jsonl");

#[test]
fn nearly_all_references_are_found_and_nearly_nothing_else() {
    let (mut right, mut wrong, mut missed) = (0_u32, vec![], vec![]);
    for line in PASSAGES.lines() {
        let passage: Value = serde_json::from_str(line).unwrap();
        let text = passage["text"].as_str().unwrap();
        let mut expected: Vec<&str> = passage["references"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it.as_str().unwrap())
            .collect();
        for reference in find(text) {
            let key = reference.target.key();
            match expected.iter().position(|expected| *expected == key) {
                Some(place) => {
                    expected.remove(place);
                    right += 1;
                }
                None => wrong.push(format!("{key} in {text}")),
            }
        }
        missed.extend(expected.into_iter().map(|key| format!("{key} in {text}")));
    }
    let found = f64::from(right);
    let precision = found / (found + f64::from(u32::try_from(wrong.len()).unwrap()));
    let recall = found / (found + f64::from(u32::try_from(missed.len()).unwrap()));
    println!("precision {precision:.3}, recall {recall:.3}, {right} found");
    println!("wrong: {wrong:#?}\nmissed: {missed:#?}");
    assert!(right + u32::try_from(missed.len()).unwrap() >= 300);
    assert!(precision >= 0.98, "precision {precision:.3}: {wrong:#?}");
    assert!(recall >= 0.9, "recall {recall:.3}: {missed:#?}");
}
