/// One attempt of a turn: what an answer belongs to. An answer to an earlier attempt is stale.
struct TurnAttempt: Hashable, Sendable {
    var turn: Turn.ID
    var generation: Int

    init(turn: Turn.ID, generation: Int) {
        self.turn = turn
        self.generation = generation
    }

    init(_ turn: Turn) { self.init(turn: turn.id, generation: turn.generation) }
}
