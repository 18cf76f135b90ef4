using System.Reflection;
using System.Threading.Channels;

namespace Xmtp.Architecture.Tests.Assemblies;

public class AsyncShapeTests
{
    private static readonly Exemptions Exempt = new();

    [Fact]
    public void PublicMethods_OfSources_HaveTheShape() => Exempt.Check(
        from assembly in SourceAssemblies.All
            // Blazor and the page's scripts call what is in there, without tokens.
        where assembly.GetName().Name != "Xmtp.Inbox"
        from type in assembly.GetExportedTypes()
        from violation in AsyncShape.Check(type, SourceAssemblies.IsOurs)
        select violation);

    [Fact]
    public void Check_WrongShapes_AreAllFound()
    {
        var violations = AsyncShape.Check(typeof(Wrong), assembly => assembly == Assembly.GetExecutingAssembly()).Select(violation => violation.ToString());
        var prefix = typeof(Wrong).FullName;
        Assert.Equal(
            [
                $"{prefix}.Named: does not end in Async",
                $"{prefix}.NumbersAsync: does not take a CancellationToken last",
                $"{prefix}.Pipe: yields a ChannelReader`1, not an IAsyncEnumerable",
                $"{prefix}.TokenFirstAsync: does not take a CancellationToken last",
                $"{prefix}.TokenOddAsync: calls its token token, not cancellationToken",
                $"{prefix}.WithoutTokenAsync: does not take a CancellationToken last",
                $"{prefix}.get_Reader: yields a ChannelReader`1, not an IAsyncEnumerable",
            ],
            violations.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Check_RightShapes_AreLeftAlone() => Assert.Empty(AsyncShape.Check(typeof(Right), assembly => assembly == Assembly.GetExecutingAssembly()));

#pragma warning disable CA1822, CA1068 // wrong on purpose
    private sealed class Wrong
    {
        public ChannelReader<int> Reader => null!;

        public ChannelReader<int> Pipe() => Reader;

        public Task Named(CancellationToken cancellationToken) => Task.FromCanceled(cancellationToken);

        public Task<int> WithoutTokenAsync() => Task.FromResult(1);

        public ValueTask TokenFirstAsync(CancellationToken cancellationToken, int count) => cancellationToken.IsCancellationRequested && count > 0 ? default : default;

        public ValueTask TokenOddAsync(CancellationToken token) => new(Task.FromCanceled(token));

        public IAsyncEnumerable<int> NumbersAsync() => AsyncEnumerable.Empty<int>();
    }

    private sealed class Right : IAsyncDisposable
    {
        public Task Completion => Task.CompletedTask;

        public ValueTask DisposeAsync() => default;

        public Task<int> CountAsync(int limit, CancellationToken cancellationToken = default) => Task.FromResult(limit + (cancellationToken.CanBeCanceled ? 1 : 0));

        public IAsyncEnumerable<int> NumbersAsync(CancellationToken cancellationToken) =>
            cancellationToken.IsCancellationRequested ? AsyncEnumerable.Empty<int>() : AsyncEnumerable.Range(0, 1);

        private static Task Hidden() => Task.CompletedTask;
    }
#pragma warning restore CA1822, CA1068
}
