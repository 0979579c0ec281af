//! What an operator does with a data folder: looking at it, mending it, copying it, taking an item
//! down.

use std::path::{Path, PathBuf};

use crate::settled::replay;
use crate::support::{Running, get, get_until, output, text, until_complete};

/// A data folder that the demo has filled with all that lies before its moment.
async fn filled(folder: &Path) {
    let (_replay, feed) = replay(folder, &["--until", "2025-07-02T12:00"]);
    let publications = feed.trim_end_matches("/SyncFeed/2.0");
    std::fs::write(
        folder.join("griffier.toml"),
        format!(
            "data = \"data\"\nlisten = \"127.0.0.1:0\"\npoll = 1\nfeed = \"{feed}\"\n\
             publications = \"{publications}\"\n"
        ),
    )
    .unwrap();
    let mut up = Running::start(folder, &["up"]);
    let site = up.site();
    until_complete(&site).await;

    // While it is in use: a copy, and an item that is taken down.
    let (status, said) = output(folder, &["backup", "copy"]);
    assert!(status.success(), "{said}");
    assert!(said.contains("copy holds the database and "), "{said}");

    let page = format!("{site}/document/2019D53771");
    assert_eq!(get(&page).await.status, 200);
    let reason = "Op verzoek van iemand die erin wordt genoemd.";
    let (status, said) = output(folder, &["takedown", "2019D53771", "--reason", reason]);
    assert!(status.success() && said.contains("/document/2019D53771 is taken down"), "{said}");
    let gone = get(&page).await;
    assert_eq!(gone.status, 410);
    assert!(text(&gone.body).contains(reason), "{}", text(&gone.body));
    let search = format!("{site}/zoeken?q=ruslandstrategie");
    get_until(&search, |answer| !answer.body.contains("/document/2019D53771")).await;
    let (_, said) = output(folder, &["takedown", "--list"]);
    assert_eq!(said.trim(), format!("/document/2019D53771  {reason}"));

    let (status, said) = output(folder, &["takedown", "2019D53771", "--undo"]);
    assert!(status.success(), "{said}");
    get_until(&search, |answer| answer.body.contains("/document/2019D53771")).await;
    let back =
        get_until(&page, |answer| text(&answer.body).contains("Tekst van de officiële publicatie"))
            .await;
    assert_eq!(back.status, 200);
    let (status, said) = output(folder, &["takedown", "2019D00000", "--reason", "x"]);
    assert!(!status.success() && said.contains("nothing here is called \"2019D00000\""), "{said}");
    until_complete(&site).await;

    up.terminate();
    assert!(up.wait().0.success());
}

/// Some file of the file store.
fn some_files(data: &Path, number: usize) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![data.join("files")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found.truncate(number);
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_can_be_checked_mended_copied_and_an_item_taken_down() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path()).await;
    let data = folder.path().join("data");

    let (status, said) = output(folder.path(), &["check", "--deep"]);
    assert!(status.success(), "{said}");
    for line in ["database     sound", "37 of 37 followed", "as published", "nothing is wrong here"]
    {
        assert!(said.contains(line), "{line}: {said}");
    }

    // Three kinds of damage: a file that is gone, one that is another, and rows that are others.
    let [gone, other] = some_files(&data, 2).try_into().unwrap();
    std::fs::remove_file(&gone).unwrap();
    let length = usize::try_from(std::fs::metadata(&other).unwrap().len()).unwrap();
    std::fs::write(&other, vec![b'x'; length]).unwrap();
    let connection = rusqlite::Connection::open(data.join("griffier.db")).unwrap();
    connection
        .execute("UPDATE zaak SET onderwerp = 'kapot' WHERE nummer = '2019Z26157'", [])
        .unwrap();
    connection.execute("DELETE FROM persoon WHERE achternaam = 'Blok'", []).unwrap();
    drop(connection);

    let (status, said) = output(folder.path(), &["check", "--deep"]);
    assert!(!status.success());
    for problem in ["is missing", "is damaged", "are not what was published"] {
        assert!(said.contains(problem), "{problem}: {said}");
    }
    let (status, said) = output(folder.path(), &["check", "--deep", "--repair"]);
    assert!(status.success(), "{said}");
    let (status, said) = output(folder.path(), &["check", "--deep"]);
    assert!(status.success(), "{said}");

    // The copy is a data folder itself; its index is made anew.
    let (status, said) = output(folder.path(), &["check", "--deep", "--data", "copy"]);
    assert!(status.success() && said.contains("index        note: not here"), "{said}");
    let mut restored = Running::start(
        folder.path(),
        &["up", "--data", "copy", "--feed", "http://127.0.0.1:9/SyncFeed/2.0"],
    );
    let site = restored.site();
    let page = get(&format!("{site}/document/2019D53771")).await;
    assert!(text(&page.body).contains("Tekst van de officiële publicatie"), "{}", page.status);
    get_until(&format!("{site}/zoeken?q=ruslandstrategie"), |answer| {
        answer.body.contains("/document/2019D53771")
    })
    .await;

    // It cannot be copied to itself, nor onto one that is in use.
    let (status, said) = output(folder.path(), &["backup", "copy"]);
    assert!(!status.success() && said.contains("in use by another Griffier"), "{said}");
    let (status, said) = output(folder.path(), &["backup", "data"]);
    assert!(!status.success() && said.contains("is the data folder itself"), "{said}");
}
