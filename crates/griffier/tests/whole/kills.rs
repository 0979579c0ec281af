//! Killed at any moment, with a source that fails in every way, the program comes to the same data as
//! when nothing happens.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::settled::{State, generated, settled, state, sync, until_settled};
use crate::support::{PATIENCE, is_long, output, post};

/// What stays wrong with the same files, whoever asks.
const LASTING: &str = "missing=0.05,mislabel=0.05,wrong-length=0.05";
/// What goes wrong now and then.
const PASSING: &str =
    "latency=0ms..20ms,429=0.03,500=0.03,reset=0.02,truncate=0.02,garble=0.02,late=0.05";

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_it_comes_to_the_same() {
    // Each round starts with nothing, so that kills fall in all of the work.
    let (rounds, kills) = if is_long() { (40, 10) } else { (1, 6) };
    let folder = tempfile::tempdir().unwrap();
    let undisturbed = undisturbed(folder.path()).await;
    for round in 0..rounds {
        let data = format!("round-{round}");
        disturbed(folder.path(), &data, round, kills, &undisturbed).await;
        let (status, said) = output(folder.path(), &["check", "--deep", "--data", &data]);
        assert!(status.success(), "round {round}: {said}");
        std::fs::remove_dir_all(folder.path().join(&data)).unwrap();
    }
}

async fn undisturbed(folder: &Path) -> State {
    let (_replay, feed) = generated(folder, 150, &[&format!("--faults={LASTING}")]);
    let _sync = sync(folder, "undisturbed", &feed);
    let state = until_settled(&folder.join("undisturbed")).await;
    assert!(state.len() > 2_000, "{} lines", state.len());
    state
}

async fn disturbed(folder: &Path, data: &str, round: u64, kills: u64, wanted: &State) {
    let faults = format!("--faults={LASTING},{PASSING}");
    let (_replay, feed) = generated(folder, 150, &[&faults]);
    for kill in 0..kills {
        let running = sync(folder, data, &feed);
        tokio::time::sleep(moment(round, kill)).await;
        // Dropping it sends SIGKILL.
        drop(running);
    }
    let control = feed.replace("/SyncFeed/2.0", "/control/faults");
    assert_eq!(post(&format!("{control}?set={LASTING}")).await.status, 200);
    let _sync = sync(folder, data, &feed);
    let until = Instant::now() + PATIENCE;
    loop {
        let found = settled(&folder.join(data));
        if found.as_ref() == Some(wanted) {
            return;
        }
        if Instant::now() > until {
            let found = found.unwrap_or_else(|| state(&folder.join(data)).unwrap_or_default());
            let differ = |a: &State, b: &State| -> Vec<String> {
                let lines = a.iter().filter(|(name, line)| b.get(*name) != Some(line));
                lines.take(10).map(|(name, line)| format!("{name}: {line}")).collect()
            };
            panic!(
                "round {round}: undisturbed there is\n{:#?}\nand after {kills} kills\n{:#?}",
                differ(wanted, &found),
                differ(&found, wanted)
            );
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// How long after its start the program is killed: anything up to 2.5 seconds.
fn moment(round: u64, kill: u64) -> Duration {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    (round, kill).hash(&mut hasher);
    Duration::from_millis(hasher.finish() % 2_500)
}
