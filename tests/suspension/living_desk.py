"""What the desk does with what a person sends in, as the state machine plays it: returns, corrections, decisions."""

from collections.abc import Callable

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from insured.models import InsuredPerson, PoolingArea
from portal.accounts.models import User
from suspension.models import Application
from suspension.policy.transitions import Action, State
from suspension.services import filing
from tests import factories
from tests.suspension import cases
from tests.suspension.correcting import again, returned

DETOURS = st.sampled_from(["", "", "corrected", "left", "withdrawn"])
"""None; sent again at once; left lying until it is corrected or lapses; taken back."""


class Decided(RuleBasedStateMachine):
    """A person's cases at the desk of their area, or of the one beside it."""

    person: InsuredPerson
    area: PoolingArea
    worker: User
    neighbour: User
    second: User
    act: Callable[..., None]

    def approve(self, filed: Application, *, detour: str = "") -> None:
        """Taken, approved, and confirmed where a second person has to; with a detour it is returned before."""
        by = self.worker if filed.area_id == self.area.pk else self.neighbour
        if detour:
            filed = self.after_a_return(filed, detour=detour, by=by)
        if filed.state != State.SUBMITTED:
            return
        done = cases.decided(cases.taken(filed, by=by), by=by)
        if done.state == State.SECOND_REVIEW:
            cases.decided(done, by=self.second, action=Action.CONFIRM)

    def after_a_return(self, filed: Application, *, detour: str, by: User) -> Application:
        """The case after the desk returned it and the person did this."""
        back = returned(filed, "note", by=by)
        if detour == "corrected":
            return again(back, note="已按要求补充")
        if detour == "withdrawn":
            account = factories.account_of(self.person)
            return filing.withdraw(number=back.number or "", version=back.version, by=account)
        return back

    @precondition(lambda self: Application.objects.filter(person=self.person, state=State.RETURNED).exists())
    @rule()
    def corrects_what_was_returned(self) -> None:
        def step() -> None:
            waiting = Application.objects.filter(person=self.person, state=State.RETURNED).order_by("id").first()
            if waiting is not None:
                self.approve(again(waiting, note="已按要求补充"))

        self.act(step)
