using BrowserChat;
using Microsoft.AspNetCore.Components.WebAssembly.Hosting;

// Blazor's builder is needed even by a page of one component: it is what the trimmer starts from.
var builder = WebAssemblyHostBuilder.CreateDefault(args);
builder.RootComponents.Add<Chat>("#app");
await builder.Build().RunAsync();
