using Xmtp.Conformance.Vectors;

namespace Xmtp.Conformance;

/// <summary>Runs after all others: collections that forbid parallel runs come last.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class LastCollection
{
    public const string Name = "after all vectors";
}

[Collection(LastCollection.Name)]
public sealed class EveryVectorTests
{
    public static TheoryData<string> Files => [.. VectorFiles.Names];

    [Theory]
    [MemberData(nameof(Files))]
    public void Vectors_AfterTheWholeSuite_AreAllRead(string file)
    {
        Assert.SkipWhen(IsFiltered(), "Only a run of the whole suite reads every vector.");
        var unread = VectorFiles.Unread(file);
        Assert.True(unread.Count == 0, $"No test read: {string.Join(", ", unread)}");
    }

    [Fact]
    public void Files_BesideTheTests_AreTheSeventeenKnown() => Assert.Equal(17, VectorFiles.Names.Count);

    private static bool IsFiltered() => Environment.GetCommandLineArgs().Any(static argument => argument.Contains("filter", StringComparison.OrdinalIgnoreCase));
}
