//! The benchmark, so small that it only shows that it measures everything: what it measures here is
//! worth nothing.

use crate::support::output;

/// The value of a row of the report.
fn row<'a>(report: &'a str, name: &str) -> &'a str {
    let line = report.lines().find(|line| line.trim_start().starts_with(name));
    let line = line.unwrap_or_else(|| panic!("there is no row {name:?} in\n{report}"));
    line.trim_start().strip_prefix(name).unwrap().trim()
}

#[test]
fn ingest_and_pages_report_all_their_figures() {
    let folder = tempfile::tempdir().unwrap();
    let ingest =
        ["bench", "ingest", "--scale", "200", "--seed", "7", "--data", "data", "--latency", "20ms"];
    let (status, report) = output(folder.path(), &ingest);
    assert!(status.success(), "{report}");
    assert_eq!(row(&report, "documents"), "200");
    assert_eq!(row(&report, "seed"), "7");
    let entities: u64 = row(&report, "entities, tombstones included").parse().unwrap();
    assert!(entities > 2_500, "{report}");
    for (name, unit) in [
        ("entities  ", "/s in "),
        ("of the last tenth", "/s"),
        ("until all of it could be found", " s"),
        ("anonymous memory at most", " MB"),
        ("processor while the tables were filled", "% of one"),
        ("processor of the replay beside it", "% of one"),
        ("database", " MB"),
        ("search index", " MB"),
        ("what is waited for", "newest letters, motions and questions"),
        ("all of it was there after", " s"),
        ("entities there by then", ""),
    ] {
        assert!(row(&report, name).contains(unit), "{name} in\n{report}");
    }

    let pages = [
        "bench",
        "pages",
        "--data",
        "data",
        "--rate",
        "20",
        "--search-rate",
        "10",
        "--seconds",
        "1",
    ];
    let (status, report) = output(folder.path(), &pages);
    assert!(status.success(), "{report}");
    for kind in [
        "overview",
        "document",
        "zaak",
        "dossier",
        "activiteit",
        "persoon",
        "status",
        "search: common word",
        "search: rare word",
        "search: phrase",
    ] {
        let figures = row(&report, &format!("{kind} ("));
        assert_eq!(figures.matches(" ms").count(), 3, "{kind} in\n{report}");
    }
    assert!(!report.contains("FAILED"), "{report}");
    assert!(row(&report, "anonymous memory at most").ends_with(" MB"));

    let (status, said) = crate::support::run(folder.path(), &ingest);
    assert!(!status.success());
    assert!(said.contains("data is there already: name a new folder with --data"), "{said}");
}
