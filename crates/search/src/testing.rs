//! An index of real motions, for the tests.

use tempfile::TempDir;

use crate::{Filters, Hit, IndexWriter, Item, Kind, Opened, Query, Request, SearchIndex, Sort};

/// An index in a folder of its own.
pub(crate) struct TestIndex {
    pub(crate) folder: TempDir,
    pub(crate) index: SearchIndex,
}

impl TestIndex {
    pub(crate) fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let index = open(&folder);
        Self { folder, index }
    }

    pub(crate) fn with(items: &[Item]) -> Self {
        let this = Self::empty();
        let mut writer = this.writer();
        for item in items {
            writer.put(item.page(), std::slice::from_ref(item)).unwrap();
        }
        writer.commit(1).unwrap();
        this
    }

    pub(crate) fn reopened(self) -> Self {
        let Self { folder, index } = self;
        drop(index);
        let index = open(&folder);
        Self { folder, index }
    }

    pub(crate) fn writer(&self) -> IndexWriter {
        self.index.writer(0).unwrap()
    }

    /// The addresses of what a query finds, the best first.
    pub(crate) fn find(&self, query: &str) -> Vec<String> {
        addresses(&self.index.search(&request(query)).unwrap().hits)
    }
}

fn open(folder: &TempDir) -> SearchIndex {
    match SearchIndex::open(folder.path()).unwrap() {
        Opened::Ready(index) => index,
        Opened::Outdated => panic!("the index is outdated"),
    }
}

pub(crate) fn addresses(hits: &[Hit]) -> Vec<String> {
    hits.iter().map(|hit| hit.address.clone()).collect()
}

pub(crate) fn request(query: &str) -> Request {
    Request {
        query: Query::parse(query).query,
        filters: Filters::default(),
        sort: Sort::Relevance,
        offset: 0,
        limit: 20,
    }
}

/// A document with a text.
pub(crate) fn document(address: &str, body: &str) -> Item {
    Item { body: body.into(), ..Item::new(address, Kind::Document) }
}

/// Passages of six motions of 2024 and 2025.
pub(crate) fn motions() -> Vec<Item> {
    let motion = |nummer: &str, date: &str, body: &str| Item {
        soort: "Motie".into(),
        nummer: nummer.into(),
        date: Some(date.parse().unwrap()),
        ..document(&format!("/document/{nummer}"), body)
    };
    vec![
        Item {
            numbers: vec!["kst-34104-439".into(), "34104-439".into(), "2025Z08379".into()],
            title: "Langdurige zorg".into(),
            subject:
                "Motie van het lid Rikkers-Oosterkamp over afspraken over een regionaal budget"
                    .into(),
            names: vec!["Rikkers-Oosterkamp".into()],
            ..motion(
                "2025D19046",
                "2025-04-24T00:00:00+02:00",
                "De Kamer,\ngehoord de beraadslaging,\nverzoekt de regering ervoor te zorgen dat \
                 verschillende financiers van de verschillende wetten op regionaal niveau afspraken \
                 maken over een regionaal budget",
            )
        },
        motion(
            "2024D05695",
            "2024-02-14T00:00:00+01:00",
            "constaterende dat het gerechtshof de uitspraak heeft gedaan dat Nederland binnen zeven \
             dagen de doorlevering van Amerikaanse F-35-onderdelen aan Israël moet stopzetten;",
        ),
        motion(
            "2024D22526",
            "2024-06-04T00:00:00+02:00",
            "overwegende, dat de Minister van Financiën een onderzoek in gang heeft gezet naar de \
             rolverdeling in het controlebestel, waarvan de uitkomsten eind dit jaar worden \
             verwacht;",
        ),
        motion(
            "2024D46200",
            "2024-11-26T00:00:00+01:00",
            "verzoekt de regering een spoedopdracht terugdringen overladenheid curriculum aan SLO \
             te geven om binnen vier maanden te komen tot een aangescherpt curriculum met een \
             reductie van het aantal kerndoelen bij Nederlands en rekenen/wiskunde",
        ),
        motion(
            "2025D41726",
            "2025-09-25T00:00:00+02:00",
            "verzoekt de regering geen uitvoering te geven aan de aangenomen motie op stuk 36 800, \
             nr. 47,",
        ),
        motion(
            "2024D05258",
            "2024-02-12T00:00:00+01:00",
            "overwegende dat de Kamer meerdere moties heeft aangenomen, over onder andere landelijke \
             regie en sturing op het verduurzamen van sportclubs, het verruimen van sport- en \
             cultuurfondsen;",
        ),
    ]
}
