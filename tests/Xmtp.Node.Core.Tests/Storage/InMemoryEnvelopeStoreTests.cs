using Xmtp.Node.Core.Storage;

namespace Xmtp.Node.Core.Tests.Storage;

public sealed class InMemoryEnvelopeStoreTests : EnvelopeStoreContract
{
    protected override IEnvelopeStore Open() => new InMemoryEnvelopeStore();
}
