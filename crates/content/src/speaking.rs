//! Who spoke for how long in a meeting, and in which role.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::transcript::{Level, Part, Speech, Spreker, Transcript};

/// In which role somebody speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Has the floor.
    Speaker,
    /// Interrupts who has the floor.
    Interrupter,
    /// Is in the chair.
    Chair,
}

/// How long somebody spoke in one role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpeakingTime {
    /// Who, as the transcript names them where they first speak in this role.
    pub spreker: Spreker,
    /// In which role.
    pub role: Role,
    /// In seconds, without the interruptions by others.
    pub seconds: u64,
    /// How many times they had the floor.
    pub turns: u64,
}

/// Somebody who has the floor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Who, as the transcript names them.
    pub spreker: Spreker,
    /// The source's identifier of the speech, to link to.
    pub id: String,
    /// The item of the agenda.
    pub topic: String,
    /// When it began.
    pub begin: Option<Timestamp>,
    /// In seconds, without the interruptions by others.
    pub seconds: u64,
}

impl Transcript {
    /// Those who had the floor, in their order: not the chair, and not who interrupts.
    pub fn turns(&self) -> Vec<Turn> {
        let mut turns = Vec::new();
        collect_turns(&self.vergadering.parts, "", &mut turns);
        turns
    }

    /// Speaking time per person and role, in the order in which they first spoke.
    ///
    /// The source marks the begin and end of each speech in whole seconds; what is not marked counts
    /// as a turn without time.
    pub fn speaking_times(&self) -> Vec<SpeakingTime> {
        let mut times: Vec<SpeakingTime> = Vec::new();
        let mut places: HashMap<(String, Option<String>, Role), usize> = HashMap::new();
        for speech in self.speeches() {
            let Some(spreker) = &speech.spreker else { continue };
            let role = match (speech.is_chair, speech.is_interruption) {
                (true, _) => Role::Chair,
                (false, true) => Role::Interrupter,
                (false, false) => Role::Speaker,
            };
            let key = (spreker.name(), spreker.fractie.clone(), role);
            let place = *places.entry(key).or_insert_with(|| {
                times.push(SpeakingTime { spreker: spreker.clone(), role, seconds: 0, turns: 0 });
                times.len() - 1
            });
            if let Some(time) = times.get_mut(place) {
                time.seconds += seconds(speech);
                time.turns += 1;
            }
        }
        times
    }
}

fn collect_turns(parts: &[Part], topic: &str, turns: &mut Vec<Turn>) {
    for part in parts {
        match part {
            Part::Section(section) => {
                let is_chapter = section.level == Level::Activiteit;
                let own = section.onderwerp.as_deref().unwrap_or(&section.titel);
                let topic = if is_chapter && !own.is_empty() { own } else { topic };
                collect_turns(&section.parts, topic, turns);
            }
            Part::Speech(speech) if !speech.is_chair && !speech.is_interruption => {
                turns.extend(speech.spreker.clone().map(|spreker| Turn {
                    spreker,
                    id: speech.id.clone(),
                    topic: topic.to_owned(),
                    begin: speech.begin,
                    seconds: seconds(speech),
                }));
            }
            Part::Speech(_) | Part::Fragment(_) | Part::Text(_) => {}
        }
    }
}

/// How long a speech took, without the speeches in it.
fn seconds(speech: &Speech) -> u64 {
    let Some((begin, end)) = period(speech) else { return 0 };
    let mut within: Vec<(Timestamp, Timestamp)> = speech
        .parts
        .iter()
        .filter_map(|part| match part {
            Part::Speech(inner) => period(inner),
            _ => None,
        })
        .map(|(from, to)| (from.clamp(begin, end), to.clamp(begin, end)))
        .collect();
    within.sort_unstable();
    let mut spoken = 0;
    let mut from = begin;
    for (inner_begin, inner_end) in within {
        if inner_begin > from {
            spoken += inner_begin.duration_since(from).as_secs();
        }
        from = from.max(inner_end);
    }
    spoken += end.duration_since(from).as_secs();
    u64::try_from(spoken).unwrap_or_default()
}

fn period(speech: &Speech) -> Option<(Timestamp, Timestamp)> {
    let (begin, end) = (speech.begin?, speech.end?);
    (begin <= end).then_some((begin, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meeting(speeches: &str) -> Transcript {
        let file = format!(
            "<vlosCoreDocument><vergadering><titel>T</titel>{speeches}</vergadering></vlosCoreDocument>"
        );
        Transcript::parse(file.as_bytes()).unwrap()
    }

    fn speech(
        element: &str,
        name: &str,
        chair: bool,
        from: &str,
        to: &str,
        within: &str,
    ) -> String {
        format!(
            "<{element} objectid='x'><spreker><voornaam>A.</voornaam><achternaam>{name}</achternaam>\
             </spreker><markeertijdbegin>2025-07-02T{from}</markeertijdbegin>\
             <markeertijdeind>2025-07-02T{to}</markeertijdeind><isvoorzitter>{chair}</isvoorzitter>\
             {within}</{element}>"
        )
    }

    #[test]
    fn an_interruption_is_the_time_of_who_interrupts() {
        let within = [
            speech("interrumpant", "Voorzitter", true, "10:01:00", "10:01:10", ""),
            speech("interrumpant", "Ander", false, "10:01:10", "10:02:00", ""),
            // The clock of the source may overlap, and run over the end.
            speech("interrumpant", "Ander", false, "10:01:50", "10:04:00", ""),
        ];
        let floor =
            speech("woordvoerder", "Spreker", false, "10:00:00", "10:03:00", &within.concat());
        let again = speech("woordvoerder", "Spreker", false, "10:05:00", "10:05:30", "");
        let times = meeting(&(floor + &again)).speaking_times();
        let lines: Vec<_> = times
            .iter()
            .map(|time| (time.spreker.achternaam.as_str(), time.role, time.seconds, time.turns))
            .collect();
        assert_eq!(
            lines,
            [
                ("Spreker", Role::Speaker, 90, 2),
                ("Voorzitter", Role::Chair, 10, 1),
                ("Ander", Role::Interrupter, 180, 2),
            ]
        );
    }

    #[test]
    fn turns_are_those_of_who_has_the_floor_with_the_item_of_the_agenda() {
        let plenary =
            Transcript::parse(include_bytes!("../tests/data/verslag-plenair.xml")).unwrap();
        let turns = plenary.turns();
        let all = plenary.speeches();
        assert!(turns.len() > 5 && turns.len() < all.len());
        assert!(turns.iter().all(|turn| !turn.topic.is_empty() && !turn.id.is_empty()));
        let floor: u64 = turns.iter().map(|turn| turn.seconds).sum();
        let times = plenary.speaking_times();
        let speakers = times.iter().filter(|time| time.role == Role::Speaker);
        assert_eq!(floor, speakers.map(|time| time.seconds).sum::<u64>());
    }

    #[test]
    fn a_real_meeting_is_spoken_full_and_no_more() {
        let plenary =
            Transcript::parse(include_bytes!("../tests/data/verslag-plenair.xml")).unwrap();
        let spoken: u64 = plenary.speaking_times().iter().map(|time| time.seconds).sum();
        let speeches = plenary.speeches();
        let begin = speeches.first().unwrap().begin.unwrap();
        let end = speeches.iter().filter_map(|speech| speech.end).max().unwrap();
        let lasted = u64::try_from(end.duration_since(begin).as_secs()).unwrap();
        assert!(spoken <= lasted, "{spoken} of {lasted}");
        // The rest is pauses: a suspension, and the ministers on their way to the table.
        assert!(spoken * 10 > lasted * 8, "{spoken} of {lasted}");
    }

    #[test]
    fn a_speech_without_times_is_a_turn() {
        let silent = "<woordvoerder><spreker><achternaam>X</achternaam></spreker></woordvoerder>";
        let backwards = speech("woordvoerder", "Y", false, "10:05:00", "10:00:00", "");
        let times = meeting(&(silent.to_owned() + &backwards)).speaking_times();
        assert_eq!(
            times.iter().map(|time| (time.seconds, time.turns)).collect::<Vec<_>>(),
            [(0, 1); 2]
        );
    }
}
