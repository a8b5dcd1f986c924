internal import CLlama
import CommentCore

/// Chooses tokens: the owner of the samplers of one answer.
final class LlamaSampler {
  private let chain: UnsafeMutablePointer<llama_sampler>
  private let grammar: UnsafeMutablePointer<llama_sampler>?
  private let candidates: UnsafeMutableBufferPointer<llama_token_data>

  /// Greedy at temperature 0. Without the mild penalty SmolLM2 repeats one record until its tokens are spent.
  init(_ request: ChatRequest, _ weights: LlamaWeights) throws {
    func failure(_ cause: String) -> CommentBotError { CommentBotError(.engine, "choose", "tokens", cause: cause) }
    guard let chain = llama_sampler_chain_init(llama_sampler_chain_default_params()) else {
      throw failure("libllama is out of memory")
    }
    llama_sampler_chain_add(chain, llama_sampler_init_penalties(Int32(weights.tokenCount), 128, 1.1, 0, 0))
    if request.temperature > 0 {
      llama_sampler_chain_add(chain, llama_sampler_init_top_k(40))
      llama_sampler_chain_add(chain, llama_sampler_init_top_p(0.95, 1))
      llama_sampler_chain_add(chain, llama_sampler_init_temp(Float(request.temperature)))
      llama_sampler_chain_add(chain, llama_sampler_init_dist(request.seed))
    } else {
      llama_sampler_chain_add(chain, llama_sampler_init_greedy())
    }
    if let schema = request.schema {
      guard let grammar = llama_sampler_init_grammar(weights.vocabulary, schema.gbnf, "root") else {
        llama_sampler_free(chain)
        throw failure("libllama refuses the grammar of the answer's schema")
      }
      self.grammar = grammar
    } else {
      grammar = nil
    }
    self.chain = chain
    candidates = .allocate(capacity: weights.tokenCount)
  }

  deinit {
    llama_sampler_free(chain)
    if let grammar { llama_sampler_free(grammar) }
    candidates.deallocate()
  }

  /// The next token, from the last one's logits.
  ///
  /// The grammar is asked for the chosen token alone, and for the whole vocabulary only when it refuses that one.
  func next(_ logits: UnsafePointer<Float>) throws -> llama_token {
    var token = try choose(logits, constrained: false)
    if let grammar, !allows(grammar, token) {
      token = try choose(logits, constrained: true)
      // Accepting a token that the grammar refuses would throw through Swift.
      guard allows(grammar, token) else {
        throw CommentBotError(.engine, "choose", "tokens", cause: "no token fits the schema")
      }
    }
    llama_sampler_accept(chain, token)
    if let grammar { llama_sampler_accept(grammar, token) }
    return token
  }

  private func choose(_ logits: UnsafePointer<Float>, constrained: Bool) throws -> llama_token {
    for index in candidates.indices {
      candidates[index] = llama_token_data(id: llama_token(index), logit: logits[index], p: 0)
    }
    var array = llama_token_data_array(
      data: candidates.baseAddress, size: candidates.count, selected: -1, sorted: false)
    if constrained, let grammar { llama_sampler_apply(grammar, &array) }
    llama_sampler_apply(chain, &array)
    guard array.selected >= 0, array.selected < array.size else {
      throw CommentBotError(.engine, "choose", "tokens", cause: "the samplers chose none")
    }
    return array.data[Int(array.selected)].id
  }

  private func allows(_ grammar: UnsafeMutablePointer<llama_sampler>, _ token: llama_token) -> Bool {
    var candidate = llama_token_data(id: token, logit: 1, p: 0)
    return withUnsafeMutablePointer(to: &candidate) { candidate in
      var array = llama_token_data_array(data: candidate, size: 1, selected: -1, sorted: false)
      llama_sampler_apply(grammar, &array)
      return candidate.pointee.logit == 1
    }
  }
}
