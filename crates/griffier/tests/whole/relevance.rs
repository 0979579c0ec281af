//! How well search finds what people look for: the test collection in `tests/relevance`, which is frozen.
//! Its README says how it was made, and what the measures are.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use search::{Filters, Opened, Query, Request, SearchIndex, Sort};

use crate::settled::{replay, sync, until_settled};

/// Somewhat under what search reached when it was last tuned: mean nDCG@10 and mean recall@50.
const OPEN: Scores = Scores { ndcg: 0.84, recall: 0.75 };
/// The same of the needs that were held apart.
const HELD: Scores = Scores { ndcg: 0.76, recall: 0.71 };

const NEEDS: &str = include_str!("../relevance/needs.jsonl");

#[derive(serde::Deserialize)]
struct Need {
    id: String,
    set: String,
    query: String,
    judged: HashMap<String, u32>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Scores {
    ndcg: f64,
    recall: f64,
}

impl Need {
    /// How good these addresses are, the best first.
    fn score(&self, found: &[String]) -> Scores {
        let grade = |address: &String| self.judged.get(address).copied().unwrap_or_default();
        let found: Vec<u32> = found.iter().take(50).map(grade).collect();
        let mut ideal: Vec<u32> = self.judged.values().copied().collect();
        ideal.sort_unstable_by(|one, other| other.cmp(one));
        let relevant = |grades: &[u32]| grades.iter().filter(|grade| **grade >= 2).count();
        Scores {
            ndcg: gain(&found) / gain(&ideal),
            recall: share(relevant(&found), relevant(&ideal).min(50)),
        }
    }
}

/// The discounted gain of the first ten.
fn gain(grades: &[u32]) -> f64 {
    let discounted = (2_u32..).zip(grades.iter().take(10));
    discounted.map(|(rank, grade)| f64::from(2_u32.pow(*grade) - 1) / f64::from(rank).log2()).sum()
}

fn share(part: usize, whole: usize) -> f64 {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap());
    number(part) / number(whole)
}

fn mean(scores: &[Scores]) -> Scores {
    let number = f64::from(u32::try_from(scores.len()).unwrap());
    let sum = |of: fn(&Scores) -> f64| scores.iter().map(of).sum::<f64>() / number;
    Scores { ndcg: sum(|it| it.ndcg), recall: sum(|it| it.recall) }
}

#[tokio::test(flavor = "multi_thread")]
async fn search_finds_what_people_look_for() {
    let needs: Vec<Need> = NEEDS.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(needs.len(), 63);
    assert_eq!(needs.iter().filter(|need| need.set == "held").count(), 21);

    // The sample as a whole, without the demo's clock.
    let folder = tempfile::tempdir().unwrap();
    let (_feeding, feed) = replay(folder.path(), &[]);
    let following = sync(folder.path(), "data", &feed);
    until_settled(&folder.path().join("data")).await;
    following.terminate();
    following.wait();

    let index = open(&folder.path().join("data").join("index"));
    let baseline = Baseline::of(&index);
    for (set, least) in [("open", OPEN), ("held", HELD)] {
        let mut ours = Vec::new();
        let mut plain = Vec::new();
        for need in needs.iter().filter(|need| need.set == set) {
            let score = need.score(&search(&index, &need.query));
            let plain_score = need.score(&baseline.search(&need.query));
            println!(
                "{:<26} nDCG@10 {:.2} ({:.2})  recall@50 {:.2} ({:.2})",
                need.id, score.ndcg, plain_score.ndcg, score.recall, plain_score.recall
            );
            ours.push(score);
            plain.push(plain_score);
        }
        let (ours, plain) = (mean(&ours), mean(&plain));
        println!("{set}: {ours:.3?}, plain BM25 {plain:.3?}");
        assert!(ours.ndcg >= least.ndcg, "{set}: nDCG@10 is {:.3}", ours.ndcg);
        assert!(ours.recall >= least.recall, "{set}: recall@50 is {:.3}", ours.recall);
        assert!(ours.ndcg > plain.ndcg && ours.recall > plain.recall, "{set}: {plain:?}");
    }
}

fn open(folder: &Path) -> SearchIndex {
    match SearchIndex::open(folder).unwrap() {
        Opened::Ready(index) => index,
        Opened::Outdated => panic!("the index is of another version"),
    }
}

fn search(index: &SearchIndex, query: &str) -> Vec<String> {
    let request = Request {
        query: Query::parse(query).query,
        filters: Filters::default(),
        sort: Sort::Relevance,
        offset: 0,
        limit: 50,
    };
    index.search(&request).unwrap().hits.into_iter().map(|hit| hit.address).collect()
}

/// Plain BM25 over one bag of words per thing.
struct Baseline {
    addresses: Vec<String>,
    /// In which things each word is, and how often.
    postings: HashMap<String, BTreeMap<usize, u32>>,
    lengths: Vec<f64>,
}

impl Baseline {
    fn of(index: &SearchIndex) -> Self {
        let mut baseline =
            Self { addresses: Vec::new(), postings: HashMap::new(), lengths: Vec::new() };
        for (address, text) in index.texts_for_test().unwrap() {
            let thing = baseline.addresses.len();
            let words = words(&text);
            baseline.addresses.push(address);
            baseline.lengths.push(f64::from(u32::try_from(words.len()).unwrap()));
            for word in words {
                *baseline.postings.entry(word).or_default().entry(thing).or_default() += 1;
            }
        }
        baseline
    }

    fn search(&self, query: &str) -> Vec<String> {
        const K1: f64 = 1.2;
        const B: f64 = 0.75;
        let number = share(self.lengths.len(), 1);
        let average = self.lengths.iter().sum::<f64>() / number;
        let mut scores: BTreeMap<usize, f64> = BTreeMap::new();
        for word in words(query) {
            let Some(postings) = self.postings.get(&word) else { continue };
            let having = share(postings.len(), 1);
            let rarity = (1.0 + (number - having + 0.5) / (having + 0.5)).ln();
            for (thing, count) in postings {
                let length = self.lengths.get(*thing).unwrap() / average;
                let count = f64::from(*count);
                *scores.entry(*thing).or_default() +=
                    rarity * count * (K1 + 1.0) / (count + K1 * (1.0 - B + B * length));
            }
        }
        let mut ranked: Vec<(usize, f64)> = scores.into_iter().collect();
        ranked.sort_by(|one, other| other.1.total_cmp(&one.1));
        let best = ranked.into_iter().take(50);
        best.map(|(thing, _)| self.addresses.get(thing).unwrap().clone()).collect()
    }
}

/// Everything that is no letter or digit separates.
fn words(text: &str) -> Vec<String> {
    let words = text.split(|character: char| !character.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}
