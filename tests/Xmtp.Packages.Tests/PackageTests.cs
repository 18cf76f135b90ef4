using System.IO.Compression;
using System.Xml.Linq;
using Xmtp.TestSupport;

namespace Xmtp.Packages.Tests;

/// <summary>What is in the packages.</summary>
public sealed class PackageTests(PackageFeed feed)
{
    public static TheoryData<string> Libraries =>
        ["Xmtp.Protocol", "Xmtp.Cryptography", "Xmtp.Identity", "Xmtp.ContentTypes", "Xmtp.Client", "Xmtp.Client.Storage.Sqlite", "Xmtp.Extensions.Hosting", "Xmtp.Bots"];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Package_OfALibrary_HasWhatReadersAndDebuggersNeed(string name)
    {
        using var package = Open(name, "nupkg");
        var files = package.Entries.Select(static entry => entry.FullName).ToList();
        Assert.Contains($"lib/net10.0/{name}.dll", files);
        Assert.Contains($"lib/net10.0/{name}.xml", files);
        CheckMetadata(package, name);
        using var symbols = Open(name, "snupkg");
        Assert.Contains($"lib/net10.0/{name}.pdb", symbols.Entries.Select(static entry => entry.FullName));
    }

    [Fact]
    public void Package_OfTemplates_HasThemWithTheVersionOfThePackages()
    {
        using var package = Open("Xmtp.Templates", "nupkg");
        var files = package.Entries.Select(static entry => entry.FullName).ToList();
        Assert.Contains("content/xmtp-bot/.template.config/template.json", files);
        Assert.Contains("content/xmtp-bot/Program.cs", files);
        Assert.DoesNotContain(files, static file => file.EndsWith(".dll", StringComparison.Ordinal));
        CheckMetadata(package, "Xmtp.Templates");
        using var project = new StreamReader(package.GetEntry("content/xmtp-bot/XmtpBot.Template.csproj")!.Open());
        Assert.Contains($"Include=\"Xmtp.Bots\" Version=\"{PackageFeed.Version}\"", project.ReadToEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void Package_OfTheCommand_IsAToolForEverySystem()
    {
        using var package = Open("Xmtp.Cli", "nupkg");
        var files = package.Entries.Select(static entry => entry.FullName).ToList();
        Assert.Contains("tools/net10.0/any/xmtp.dll", files);
        Assert.All(["linux-x64/native/librocksdb.so", "linux-x64/native/librocksdb-musl.so", "linux-arm64/native/librocksdb.so", "osx-arm64/native/librocksdb.dylib", "win-x64/native/rocksdb.dll"],
            library => Assert.Contains($"tools/net10.0/any/runtimes/{library}", files));
        Assert.DoesNotContain(files, static file => file.Contains("jemalloc", StringComparison.Ordinal));
        CheckMetadata(package, "Xmtp.Cli");
        using var settings = package.GetEntry("tools/net10.0/any/DotnetToolSettings.xml")!.Open();
        Assert.Equal("xmtp", XDocument.Load(settings).Descendants("Command").Single().Attribute("Name")!.Value);
    }

    [Fact]
    public async Task Packages_PackedTwice_AreTheSameBytes()
    {
        var again = Path.Combine(feed.Root, "again");
        await PackageFeed.PackAsync(again);
        var names = Directory.GetFiles(feed.Packages).Select(static path => Path.GetFileName(path)).ToList();
        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.True(File.ReadAllBytes(Path.Combine(feed.Packages, name)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(again, name))), name));
    }

    // Packages that are not made here are of the same mould.
    [Fact]
    public void Projects_ThatShip_SayWhatTheyAre()
    {
        var projects = Repository.Files.Where(static path => path.StartsWith("src/", StringComparison.Ordinal) && path.EndsWith(".csproj", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(projects);
        Assert.All(projects, static path =>
        {
            var project = XDocument.Parse(Repository.Read(path));
            if (project.Descendants("IsPackable").Any(static element => element.Value == "false")) return;
            Assert.NotEmpty(project.Descendants("Description").Single().Value);
            Assert.NotEmpty(project.Descendants("OwnPackageTags").Single().Value);
            Assert.True(Repository.Files.Contains($"{path[..path.LastIndexOf('/')]}/README.md"), $"{path} has no README.md beside it");
        });
    }

    private static void CheckMetadata(ZipArchive package, string name)
    {
        using var text = package.GetEntry($"{name}.nuspec")!.Open();
        var metadata = XDocument.Load(text).Root!.Elements().Single(static element => element.Name.LocalName == "metadata");
        string Value(string element) => metadata.Elements().Single(child => child.Name.LocalName == element).Value;
        Assert.Equal((name, PackageFeed.Version, "MIT", "README.md", "icon.png"), (Value("id"), Value("version"), Value("license"), Value("readme"), Value("icon")));
        Assert.True(Value("description").Length > 20);
        Assert.Contains("xmtp", Value("tags").Split(' '));
        Assert.True(Value("tags").Split(' ').Length > 5, Value("tags"));

        // Whoever publishes it says where it comes from.
        Assert.DoesNotContain(metadata.Elements(), static child => child.Name.LocalName is "projectUrl");
        Assert.Null(metadata.Elements().SingleOrDefault(static child => child.Name.LocalName == "repository")?.Attribute("url"));
        Assert.NotNull(package.GetEntry("icon.png"));
        using var readme = new StreamReader(package.GetEntry("README.md")!.Open());
        Assert.StartsWith($"# {name}", readme.ReadToEnd(), StringComparison.Ordinal);
    }

    private ZipArchive Open(string name, string kind) => ZipFile.OpenRead(Path.Combine(feed.Packages, $"{name}.{PackageFeed.Version}.{kind}"));
}
