/// Words for what went wrong with an endpoint: what failed, on what, what to do.
struct CompletionFailure: Sendable {
    var host: String
    var model: String
    /// Blotted out wherever the endpoint repeats it.
    var secret: String?

    func text(for fault: CompletionFault, _ configuration: OpenAIAgent.Configuration) -> String {
        let server = "The model server at \(host)"
        return switch fault {
        case .unreachable(let reason):
            "\(server) cannot be reached: \(reason). Start it, or correct the agent's url."
        case .refused(let status, let words, let retryAfter):
            refusal(status, said: words, retryAfter: retryAfter, server: server)
        case .tooLate: "\(server) has not begun to answer within \(Self.seconds(configuration.firstByte)) s."
        case .silent:
            "\(server) fell silent for \(Self.seconds(configuration.silence)) s in the middle of its answer."
        case .brokenOff: "\(server) broke off in the middle of its answer."
        case .unreadable:
            "What \(host) answers is no chat completion. Correct the agent's url: it usually ends with /v1."
        case .tooLong: "\(server) sends more than an answer can have."
        case .filtered: "\(server) held back the answer: its content filter stepped in."
        case .reported(let words): "\(server) reports: \(clean(words))"
        case .toolMissing(let tool):
            "The model \(model) wants to call the tool \(clean(tool)), which this agent does not have."
        }
    }

    private func refusal(_ status: Int, said words: String, retryAfter: String?, server: String) -> String {
        let said = words.isEmpty ? "" : " It says: \(clean(words))"
        return switch status {
        case 401, 403: "\(server) refuses the agent's key (\(status)). Correct the key.\(said)"
        case 404: "\(server) does not have the model \(model), or nothing at this address (404).\(said)"
        case 429:
            "\(server) takes no more requests for now (429)."
                + (retryAfter.map { " Try again in \($0) s." } ?? " Try again later.") + said
        case 500...: "\(server) failed (\(status)).\(said)"
        default: "\(server) refused the request (\(status)).\(said)"
        }
    }

    private func clean(_ words: String) -> String {
        guard let secret, !secret.isEmpty else { return words }
        return words.replacing(secret, with: "…")
    }

    private static func seconds(_ duration: Duration) -> String {
        duration.formatted(.units(allowed: [.seconds], width: .narrow, fractionalPart: .hide)).filter(
            \.isNumber)
    }
}
