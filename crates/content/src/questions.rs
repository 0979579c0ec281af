//! Written questions: how many there are in a text, and which answer belongs to which.

use crate::prose::{Block, Inline, Prose, write_inlines};

/// The number of numbered questions in a text: `1 Kent u het bericht …?`, `2.`, `Vraag 3`, each at the
/// beginning of a line, in order, and with a question mark before the next. `None` where there is not
/// one, so that nothing is claimed of a text that is set in another way.
pub fn numbered_questions(text: &str) -> Option<u32> {
    let mut count = 0;
    let mut is_asked = true;
    for line in text.lines() {
        if is_asked && leading_number(line) == Some(count + 1) {
            count += 1;
            is_asked = false;
        }
        is_asked |= line.contains('?');
    }
    let count = if is_asked { count } else { count.saturating_sub(1) };
    (count > 0).then_some(count)
}

/// The number with which a line begins: `3`, `3.`, `3)`, `Vraag 3`.
fn leading_number(line: &str) -> Option<u32> {
    let line = line.trim_start();
    let line = line
        .get(..6)
        .filter(|word| word.eq_ignore_ascii_case("vraag "))
        .and_then(|_| line.get(6..))
        .unwrap_or(line);
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = line.split_at_checked(digits)?;
    let rest = rest.strip_prefix(['.', ')', ':']).unwrap_or(rest);
    let ends = rest.is_empty() || rest.starts_with(char::is_whitespace);
    (digits <= 3 && ends).then(|| number.parse().ok()).flatten()
}

/// Questions that were answered together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Exchange {
    /// The numbers of the questions.
    pub numbers: Vec<u32>,
    /// The questions.
    pub questions: Vec<Block>,
    /// The answer.
    pub answer: Vec<Block>,
}

/// What a line above a question or an answer says.
enum Label {
    Question(u32),
    /// The numbers of the questions; none where it is the answer to what comes before.
    Answer(Vec<u32>),
}

/// The questions in a text with the answer to each, where it has all of them in order under a line of
/// its own: `Vraag 1`, `Antwoord op vraag 1`, `Antwoord op vragen 2, 3 en 4`. Nothing otherwise, so
/// that no answer is given to a question that it does not belong to.
pub fn exchanges(prose: &Prose) -> Vec<Exchange> {
    let mut exchanges: Vec<Exchange> = Vec::new();
    let mut is_answered = true;
    for block in &prose.blocks {
        if matches!(block, Block::PageBreak(_)) {
            continue;
        }
        let (first, rest) = first_line(block);
        match label(&first) {
            Some(Label::Question(number)) => {
                if is_answered {
                    exchanges.push(Exchange::default());
                    is_answered = false;
                }
                let Some(exchange) = exchanges.last_mut() else { continue };
                exchange.numbers.push(number);
                exchange.questions.extend(rest);
            }
            Some(Label::Answer(numbers)) => {
                let Some(exchange) = exchanges.last_mut().filter(|_| !is_answered) else {
                    return Vec::new();
                };
                if !numbers.is_empty() && numbers != exchange.numbers {
                    return Vec::new();
                }
                is_answered = true;
                exchange.answer.extend(rest);
            }
            None => {
                let Some(exchange) = exchanges.last_mut() else { continue };
                let part = if is_answered { &mut exchange.answer } else { &mut exchange.questions };
                part.push(block.clone());
            }
        }
    }
    if let Some(last) = exchanges.last_mut() {
        // The sources of the questions stand below the last answer: `1) Trouw, 3 juni 2025`.
        let sources = last.answer.iter().position(|block| is_source(&first_line(block).0));
        last.answer.truncate(sources.unwrap_or(last.answer.len()));
    }
    let numbers = exchanges.iter().flat_map(|exchange| &exchange.numbers);
    let in_order = numbers.copied().eq(1..=u32::try_from(
        exchanges.iter().map(|exchange| exchange.numbers.len()).sum::<usize>(),
    )
    .unwrap_or(0));
    let is_whole = |it: &Exchange| !it.questions.is_empty() && !it.answer.is_empty();
    if in_order && exchanges.iter().all(is_whole) { exchanges } else { Vec::new() }
}

/// The first line of a paragraph or title, and what follows it there.
fn first_line(block: &Block) -> (String, Option<Block>) {
    let (Block::Paragraph(content) | Block::Heading { content, .. }) = block else {
        return (String::new(), Some(block.clone()));
    };
    let end = content.iter().position(|inline| matches!(inline, Inline::LineBreak));
    let (line, rest) = content.split_at(end.unwrap_or(content.len()));
    let rest = rest.get(1..).filter(|rest| !rest.is_empty());
    let mut text = String::new();
    write_inlines(line, &mut text);
    (text, rest.map(|rest| Block::Paragraph(rest.to_vec())))
}

/// `Vraag 3`, `Antwoord`, `Antwoord op vraag 3`, `Antwoord op de vragen 4, 5 en 6:`
fn label(line: &str) -> Option<Label> {
    let line = line.trim().trim_end_matches([':', '.']).to_lowercase();
    if let Some(number) = line.strip_prefix("vraag ") {
        return number.trim().parse().ok().map(Label::Question);
    }
    let mut numbers = Vec::new();
    let mut up_to = false;
    for word in line.strip_prefix("antwoord")?.split([' ', ',']).filter(|word| !word.is_empty()) {
        match (word, word.parse::<u32>()) {
            ("op" | "de" | "vraag" | "vragen" | "en", _) => {}
            ("tot" | "met", _) => {}
            ("t/m", _) => up_to = true,
            (_, Ok(number)) if up_to => {
                let last = *numbers.last()?;
                // A set of questions has at most some dozens.
                numbers.extend((last + 1..=number.min(last + 100)).collect::<Vec<_>>());
                up_to = false;
            }
            (_, Ok(number)) => numbers.push(number),
            _ => return None,
        }
        up_to |= word == "tot";
    }
    Some(Label::Answer(numbers))
}

/// `1) Aanhangsel Handelingen …`
fn is_source(line: &str) -> bool {
    let line = line.trim_start();
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    digits > 0 && line.get(digits..).is_some_and(|rest| rest.starts_with(')'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Content, extract};

    fn prose(lines: &[&str]) -> Prose {
        let paragraph = |line: &&str| Block::Paragraph(vec![Inline::Text((*line).to_owned())]);
        Prose { blocks: lines.iter().map(paragraph).collect(), ..Prose::default() }
    }

    fn told(exchange: &Exchange) -> (Vec<u32>, String, String) {
        let text = |blocks: &[Block]| {
            let prose = Prose { blocks: blocks.to_vec(), ..Prose::default() };
            prose.plain_text().trim().to_owned()
        };
        (exchange.numbers.clone(), text(&exchange.questions), text(&exchange.answer))
    }

    #[test]
    fn each_question_gets_its_own_answer_and_several_can_share_one() {
        let found = exchanges(&prose(&[
            "Geachte voorzitter,",
            "Vraag 1",
            "Kent u het bericht? 1)",
            "Antwoord op vraag 1",
            "Ja.",
            "Vraag 2",
            "Klopt het?",
            "Vraag 3",
            "Waarom?",
            "Antwoord op de vragen 2 en 3:",
            "Nee.",
            "Daarom.",
            "1) Trouw, 3 juni 2025.",
        ]));
        let told: Vec<_> = found.iter().map(told).collect();
        assert_eq!(told[0], (vec![1], "Kent u het bericht? 1)".into(), "Ja.".into()));
        assert_eq!(told[1].0, [2, 3]);
        assert_eq!(told[1].2.split_whitespace().collect::<Vec<_>>(), ["Nee.", "Daarom."]);
        assert_eq!(told.len(), 2);
    }

    #[test]
    fn ranges_of_numbers_are_understood() {
        for line in ["Antwoord op vragen 2 t/m 4", "Antwoord vraag 2 tot en met 4."] {
            let Some(Label::Answer(numbers)) = label(line) else { panic!("{line}") };
            assert_eq!(numbers, [2, 3, 4], "{line}");
        }
        assert!(label("Antwoord van minister Van Weel").is_none());
        assert!(label("Vraag het de minister").is_none());
    }

    #[test]
    fn what_does_not_fit_is_not_guessed() {
        let missing = ["Vraag 1", "Klopt het?", "Antwoord op vraag 2", "Ja."];
        let skipped = ["Vraag 1", "A?", "Antwoord", "Ja.", "Vraag 3", "B?", "Antwoord", "Nee."];
        let open = ["Vraag 1", "A?", "Antwoord", "Ja.", "Vraag 2", "B?"];
        for lines in [&missing[..], &skipped, &open, &["Vraag 1", "Antwoord op vraag 1", "Ja."]] {
            assert_eq!(exchanges(&prose(lines)), [], "{lines:?}");
        }
    }

    #[test]
    fn the_answers_of_a_minister_are_paired() {
        let file = include_bytes!("../tests/data/antwoorden.docx");
        let Content::Prose(prose) = extract(file).unwrap().content else { panic!() };
        let found = exchanges(&prose);
        let numbers: Vec<u32> = found.iter().flat_map(|it| it.numbers.clone()).collect();
        assert_eq!(numbers, (1..=numbers.len() as u32).collect::<Vec<_>>());
        assert!(numbers.len() >= 3, "{numbers:?}");
        assert!(told(&found[0]).1.contains('?'), "{:?}", found[0]);
    }

    #[test]
    fn questions_are_counted_by_their_numbers() {
        let asked = "Vragen van het lid Vermeer (BBB)\n1\nBent u bekend met het bericht?\n\
                     2. Klopt het dat dit 3 jaar duurt?\n3) Wilt u de vragen apart beantwoorden?\n";
        assert_eq!(numbered_questions(asked), Some(3));
        let answered = "Vraag 1\nBent u bekend?\nAntwoord vraag 1\nJa.\nVraag 2\nKlopt het?\nNee.";
        assert_eq!(numbered_questions(answered), Some(2));
    }

    #[test]
    fn other_numbers_are_no_questions() {
        assert_eq!(numbered_questions("Geachte voorzitter,\n1 juli is het zover.\n"), None);
        assert_eq!(numbered_questions("1 Is dat zo?\n7 Is dit zo?\n2024 was een jaar.\n"), Some(1));
        assert_eq!(numbered_questions("1 Trouw, 3 juni.\n1 Is dat zo?\n2 Zie bijlage."), Some(1));
        assert_eq!(numbered_questions(""), None);
    }
}
