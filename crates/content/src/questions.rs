//! How many questions a set of written questions holds.

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

#[cfg(test)]
mod tests {
    use super::*;

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
