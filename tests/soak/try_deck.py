# SPDX-License-Identifier: Apache-2.0
"""Tests of the order in which faults come, and of the list of what they show."""
import unittest

from table_k import ANSWERS, CONNECTIONS, NAME_LOST, ROWS, SESSIONS, TUNNEL_DENIED, Deck, name_of

ALL = {name_of(card) for card in [*ANSWERS, *CONNECTIONS, *SESSIONS]}


def everything(_):
    return True


class TableK(unittest.TestCase):
    def test_each_row_is_shown_or_says_why_not(self):
        for row, shown in ROWS.items():
            self.assertTrue(shown, row)
            if not isinstance(shown, str):
                self.assertEqual(set(shown) - ALL, set(), row)

    def test_each_kind_stands_in_a_row(self):
        self.assertEqual(ALL, {kind for shown in ROWS.values() if not isinstance(shown, str) for kind in shown})

    def test_no_two_cards_have_one_name(self):
        self.assertEqual(len(ALL), len([*ANSWERS, *CONNECTIONS, *SESSIONS]))


class Decks(unittest.TestCase):
    def test_each_kind_comes_once_before_any_comes_twice(self):
        deck = Deck(1)
        for _ in ALL:
            card, is_first = deck.draw("a", everything)
            self.assertTrue(is_first)
            deck.was_met(card)
        self.assertEqual(deck.never_met(), [])
        self.assertFalse(deck.draw("a", everything)[1])

    def test_two_sites_share_the_first_round(self):
        deck = Deck(1)
        drawn = [name_of(deck.draw("ab"[n % 2], everything)[0]) for n in range(len(ALL))]
        self.assertEqual(set(drawn), ALL)

    def test_what_nothing_ran_into_comes_again_and_is_told(self):
        deck = Deck(1)
        missed, _ = deck.draw("a", everything)
        deck.was_not_met("a", missed)
        while True:
            card, is_first = deck.draw("a", everything)
            self.assertTrue(is_first)
            if card == missed:
                break
            deck.was_met(card)
        self.assertEqual(deck.never_met(), [name_of(missed)])
        deck.was_met(missed)
        self.assertEqual(deck.never_met(), [])

    def test_a_site_gets_only_what_it_can_show_and_the_rest_stays_unmet(self):
        deck = Deck(1)
        for _ in range(3 * len(ALL)):
            card, _ = deck.draw("a", lambda card: card != TUNNEL_DENIED)
            self.assertNotEqual(card, TUNNEL_DENIED)
            deck.was_met(card)
        self.assertEqual(deck.never_met(), [TUNNEL_DENIED])
        self.assertEqual(deck.draw("b", everything), (TUNNEL_DENIED, True))

    def test_what_is_left_out_never_comes(self):
        deck = Deck(1)
        deck.leave_out(NAME_LOST)
        for _ in range(3 * len(ALL)):
            card, _ = deck.draw("a", everything)
            self.assertNotEqual(card, NAME_LOST)
            deck.was_met(card)
        self.assertEqual(deck.never_met(), [])

    def test_a_seed_gives_one_order(self):
        def order(seed):
            deck = Deck(seed)
            return [name_of(deck.draw("a", everything)[0]) for _ in range(2 * len(ALL))]
        self.assertEqual(order(7), order(7))
        self.assertNotEqual(order(7), order(8))


if __name__ == "__main__":
    unittest.main()
