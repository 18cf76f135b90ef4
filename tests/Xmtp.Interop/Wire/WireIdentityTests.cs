using Google.Protobuf.Reflection;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Interop.Wire;

public sealed class WireIdentityTests
{
    private const string CurrentPackage = "v13/node_modules/@xmtp/proto-3.96";
    private const string GrpcPackage = "--grpc v13/node_modules/@xmtp/grpc-api-client";

    // Found, not listed, so that a new file is compared too.
    private static readonly FileDescriptor[] Files = [.. typeof(MessageApiReflection).Assembly.GetExportedTypes()
        .Where(type => type.Name.EndsWith("Reflection", StringComparison.Ordinal))
        .Select(type => (FileDescriptor)type.GetProperty("Descriptor")!.GetValue(null)!)];

    private static readonly FileDescriptor[] Api = [MessageApiReflection.Descriptor];

    private static readonly FileDescriptor[] Contents =
        [.. Files.Where(file => file.Package is "xmtp.message_contents" or "xmtp.message_api.v1").Except(Api)];

    [Theory]
    [InlineData("v13/node_modules/@xmtp/proto", "3.72.0", false)] // FrameAction grew after it
    [InlineData(CurrentPackage, "3.96.0", true)]
    public async Task Messages_OfPublishedPackage_AreTheSameOnTheWire(string package, string version, bool whole)
    {
        var published = await PublishedFacts.LoadAsync(package, TestContext.Current.CancellationToken);

        Assert.Equal(version, published.Version);
        Assert.True(published.Messages.Count >= 60, "The package was not read whole.");
        AssertSame(WireComparison.Differences(OnlyContents(published), Contents, whole));
        AssertSame(WireComparison.Differences(OnlyApi(published), Api, whole: false));
    }

    // The package of the V1-only client holds a draft of V2 that no client sent: invitations had no context yet.
    [Fact]
    public async Task Messages_OfThePackageFromBeforeV2_DifferInTheDraftInvitationAlone()
    {
        var published = await PublishedFacts.LoadAsync("v6/node_modules/@xmtp/proto", TestContext.Current.CancellationToken);

        Assert.Equal("3.2.0", published.Version);
        Assert.Equal(
            [
                "xmtp.message_contents.InvitationV1.aes256GcmHkdfSha256: name is context, published aes256GcmHkdfSha256",
                "xmtp.message_contents.InvitationV1.aes256GcmHkdfSha256: type is xmtp.message_contents.InvitationV1_Context, published xmtp.message_contents.InvitationV1_Aes256gcmHkdfsha256",
            ],
            WireComparison.Differences(published, [.. Contents, .. Api], whole: false));
    }

    [Fact]
    public async Task MessageApi_OfTheGrpcClient_IsTheSameOnTheWire()
    {
        var published = await PublishedFacts.LoadAsync(GrpcPackage, TestContext.Current.CancellationToken);

        Assert.Equal(6, Assert.Single(published.Services!).Value.Count);
        AssertSame(WireComparison.Differences(published, Api, whole: true));
    }

    public static TheoryData<string> PlantedDifferences => [.. Plants.Keys];

    [Theory]
    [MemberData(nameof(PlantedDifferences))]
    public async Task Comparison_WithAPlantedDifference_NamesIt(string plant)
    {
        var contents = OnlyContents(await PublishedFacts.LoadAsync(CurrentPackage, TestContext.Current.CancellationToken));
        var api = await PublishedFacts.LoadAsync(GrpcPackage, TestContext.Current.CancellationToken);
        var (alter, expected) = Plants[plant];
        alter(contents, api);

        var found = WireComparison.Differences(contents, Contents, whole: true)
            .Concat(WireComparison.Differences(api, Api, whole: true));

        Assert.Contains(expected, found);
    }

    private const string Header = "xmtp.message_contents.MessageHeaderV2";
    private const string Compression = "xmtp.message_contents.Compression";
    private const string MessageApi = "xmtp.message_api.v1.MessageApi";
    private const string Cursor = "xmtp.message_api.v1.Cursor";

    private static readonly Dictionary<string, (Action<PublishedFacts, PublishedFacts> Alter, string Expected)> Plants = new()
    {
        ["number"] = ((contents, _) => Alter(contents, Header, "topic", field => field with { Number = 9 }), $"{Header}: field number 9 is missing"),
        ["name"] = ((contents, _) => Alter(contents, Header, "topic", field => field with { Name = "subject" }), $"{Header}.subject: name is topic, published subject"),
        ["type"] = ((contents, _) => Alter(contents, Header, "topic", field => field with { Type = "bytes" }), $"{Header}.topic: type is string, published bytes"),
        ["label"] = ((contents, _) => Alter(contents, Header, "topic", field => field with { Label = "repeated" }), $"{Header}.topic: label is singular, published repeated"),
        ["presence"] = ((contents, _) => Alter(contents, Header, "topic", field => field with { ExplicitPresence = true }), $"{Header}.topic: explicit presence is False, published True"),
        ["field left out"] = ((contents, _) => contents.Messages[Header].RemoveAt(0), $"{Header}: field number 1 is not published"),
        ["message left out"] = ((contents, _) => contents.Messages.Remove(Header), $"message {Header} is not published"),
        ["message added"] = ((contents, _) => contents.Messages.Add(Header + "X", []), $"message {Header}X is missing"),
        ["enum value"] = ((contents, _) => contents.Enums[Compression]["COMPRESSION_GZIP"] = 7, $"{Compression} COMPRESSION_GZIP=7 is missing"),
        ["enum left out"] = ((contents, _) => contents.Enums.Remove(Compression), $"enum {Compression} is not published"),
        ["oneof"] = ((_, api) => Alter(api, Cursor, "index", field => field with { Oneof = "position" }), $"{Cursor}.index: oneof is cursor, published position"),
        ["method left out"] = ((_, api) => api.Services![MessageApi].RemoveAll(method => method.Name == "Query"),
            $"{MessageApi} PublishedMethod {{ Name = Query, ClientStreaming = False, ServerStreaming = False, Input = xmtp.message_api.v1.QueryRequest, Output = xmtp.message_api.v1.QueryResponse }} is not published"),
        ["service renamed"] = ((_, api) => { api.Services!.Remove(MessageApi, out var methods); api.Services.Add("other.Api", methods!); }, "service other.Api is missing"),
    };

    private static void Alter(PublishedFacts facts, string message, string field, Func<PublishedField, PublishedField> change)
    {
        var fields = facts.Messages[message];
        var index = fields.FindIndex(candidate => candidate.Name == field);
        fields[index] = change(fields[index]);
    }

    private static void AssertSame(IReadOnlyList<string> differences) => Assert.True(differences.Count == 0, string.Join('\n', differences));

    private static PublishedFacts OnlyContents(PublishedFacts facts) => facts with { JsonNames = null, JsonEnums = null, JsonMethods = null };

    private static PublishedFacts OnlyApi(PublishedFacts facts) => facts with { Messages = [], Enums = [] };
}
