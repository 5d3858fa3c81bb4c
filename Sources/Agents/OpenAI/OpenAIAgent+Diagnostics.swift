/// What an agent that is examined finds.
public struct AgentDiagnostic: Hashable, Sendable {
    public enum Verdict: Hashable, Sendable {
        case fine
        /// Something has to be changed.
        case wrong
        /// It cannot be known without a message.
        case unknown
    }

    public var verdict: Verdict
    /// What was found, and what to change if something is wrong.
    public var text: String
}

/// An agent that can be examined without sending it a message.
public protocol DiagnosableAgent: ReplyingAgent {
    func diagnose() async -> AgentDiagnostic

    /// Which way messages go, as the rest of a sentence; nil for the direct one.
    var way: String? { get }
}

extension OpenAIAgent: DiagnosableAgent {
    public var way: String? {
        endpoint.proxy.map { "through the proxy \($0.address) that \($0.variable) names" }
    }

    /// Asks the endpoint for its models, with the key and on the way of a message.
    public func diagnose() async -> AgentDiagnostic {
        let key: String?
        do {
            key = try await self.key()
        } catch {
            return AgentDiagnostic(verdict: .wrong, text: (error as? AgentFailure)?.message ?? "\(error)")
        }
        let (host, model) = (endpoint.host, configuration.model)
        let suffix = way.map { ", " + $0 } ?? ""
        do {
            let models = try await endpoint.models(key: key, timeout: configuration.timeouts.diagnosis)
            guard let models, !models.isEmpty else {
                return AgentDiagnostic(
                    verdict: .unknown, text: "\(host) answers\(suffix), and does not say which models it has."
                )
            }
            // Ollama lists a model with its tag.
            guard models.contains(where: { $0 == model || $0.hasPrefix(model + ":") }) else {
                let some = models.prefix(5).joined(separator: ", ") + (models.count > 5 ? ", …" : "")
                return AgentDiagnostic(
                    verdict: .unknown,
                    text: "\(host) answers\(suffix), and does not list the model \(model). It lists: \(some)."
                )
            }
            return AgentDiagnostic(verdict: .fine, text: "\(host) has the model \(model)\(suffix).")
        } catch let error as CompletionError {
            return AgentDiagnostic(
                verdict: error.isPassing ? .unknown : .wrong, text: description(key).text(for: error))
        } catch {
            return AgentDiagnostic(verdict: .unknown, text: "\(host) was not asked.")
        }
    }
}

extension CompletionError {
    /// Whether it says nothing of the settings.
    fileprivate var isPassing: Bool { if case .refused(429, _, _) = self { true } else { false } }
}
