import RichText

/// What a key and a chunk cost the interface's thread, from their arrival until the frame is drawn into a canvas.
enum InterfaceBenchmarks {
    static let all = [
        Benchmark("interface/key", key),
        Benchmark("interface/scroll", scroll),
        Benchmark("interface/tasks", tasks),
        Benchmark("interface/chunk", chunk),
    ]

    private static let histories = [10, 100_000]
    /// Both fill the screen.
    private static let lists = [100, 5000]

    @MainActor
    private static func key() -> [Figure] {
        let typed = PlayedConversation.typed(200)
        return [
            Figure(
                "a typed key, by messages", .processor,
                histories.map { ("\($0)", PlayedConversation(messages: $0).cost(of: typed)) }),
            Figure(
                "a typed key, by tasks", .processor,
                lists.map { ("\($0)", PlayedConversation(tasks: $0).cost(of: typed)) }),
            Figure(
                "a typed key, by length of the draft", .processor,
                [1000, 100_000].map { length in
                    // What is pasted is shown whole, and the keys are typed behind it.
                    let keys = [Key("x", .control), Key("v", .control), Key(">", .alt)]
                    let draft = [InputEvent.paste(Samples.prose(length))] + keys.map(InputEvent.key)
                    return (
                        size(length),
                        PlayedConversation().cost(of: draft.map(PlayedScreen.Stimulus.input) + typed)
                    )
                }),
        ]
    }

    @MainActor
    private static func scroll() -> [Figure] {
        let up = PlayedConversation.pressed(Key(.pageUp), 100)
        return [
            Figure(
                "a page up, by messages", .processor,
                [1000, 100_000].map { ("\($0)", PlayedConversation(messages: $0).cost(of: up)) })
        ]
    }

    @MainActor
    private static func tasks() -> [Figure] {
        let next = PlayedConversation.pressed(Key("n", .control), 50)
        return [
            Figure(
                "the next task, by tasks", .processor,
                lists.map { ("\($0)", PlayedConversation(tasks: $0).cost(of: next)) }),
            Figure(
                "news of another task, by tasks", .processor,
                lists.map { count in
                    let played = PlayedConversation(tasks: count)
                    return ("\(count)", played.cost(of: played.news(100)))
                }),
        ]
    }

    @MainActor
    private static func chunk() -> [Figure] {
        func cost(_ played: PlayedConversation, _ count: Int = 200) -> Double {
            played.cost(of: played.chunks(count))
        }
        return [
            Figure(
                "a chunk, by messages", .processor,
                histories.map { ("\($0)", cost(PlayedConversation(messages: $0))) }),
            Figure(
                "a chunk, by tasks", .processor, lists.map { ("\($0)", cost(PlayedConversation(tasks: $0))) }),
            Figure(
                "a chunk, by length of the reply", .processor,
                [1000, 100_000, 1_000_000].map { length in
                    (size(length), cost(PlayedConversation(reply: Samples.prose(length)), 50))
                }),
        ]
    }
}
